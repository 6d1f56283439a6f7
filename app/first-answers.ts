import { headers } from 'next/headers';
import { elkOnThread } from '@/app/elk-thread';
import { GET as getGraph } from '@/app/api/v1/graph/route';
import { GET as getSplits } from '@/app/api/v1/splits/route';
import { GET as getStatus } from '@/app/api/v1/status/route';
import type { KnownInsides } from '@/components/graph/layout/known-insides';
import { layOutAhead } from '@/components/graph/layout/lay-out-ahead';
import type { FirstAnswerTexts } from '@/components/panels/first-answers';
import { parseUrlState } from '@/components/shell/url-state';
import type { SplitsResponse } from '@/contract/splits';
import type { Graph } from '@/mesh/graph/graph';

/** The page does not wait longer: the browser asks again by itself. */
const DEADLINE_MS = 500;
/** Longer answers would hold up the page itself. */
const MOST_CHARACTERS = 600_000;

type Get = (request: Request) => Promise<Response>;

/**
 * What the page asks first, asked by the server itself while the browser still loads scripts. Goes through the routes,
 * so that every check of theirs is made. `null` for what fails, comes late or is too long.
 */
export async function firstAnswers(search: URLSearchParams): Promise<FirstAnswerTexts> {
  const { window, namespaces, view, collapsed } = parseUrlState(search);
  const scope = new URLSearchParams({ window });
  if (namespaces.length > 0) scope.set('namespaces', namespaces.join(','));
  const incoming = await headers();
  const ask = async (get: Get, query: string): Promise<string | null> => {
    const request = new Request(`http://${incoming.get('host') ?? 'localhost'}/?${query}`, {
      headers: new Headers(incoming),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const text = await Promise.race([textOf(get(request)), late()]);
    return text !== null && text.length <= MOST_CHARACTERS ? text : null;
  };
  const [graph, splits, status] = await Promise.all([
    ask(getGraph, `${scope.toString()}&view=${view}`),
    ask(getSplits, scope.toString()),
    ask(getStatus, ''),
  ]);
  return { graph, splits, status, insides: await insidesOf(graph, splits, collapsed) };
}

async function insidesOf(
  graph: string | null,
  splits: string | null,
  collapsed: readonly string[] | null,
): Promise<KnownInsides> {
  if (graph === null || splits === null) return {};
  const answer = JSON.parse(splits) as SplitsResponse;
  return layOutAhead(JSON.parse(graph) as Graph, answer.splits, collapsed, elkOnThread);
}

async function textOf(answer: Promise<Response>): Promise<string | null> {
  try {
    const response = await answer;
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

async function late(): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, DEADLINE_MS, null));
}

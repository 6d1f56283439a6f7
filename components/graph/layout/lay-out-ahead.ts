import type { ElkNode } from 'elkjs/lib/elk-api';
import { boxesOf } from '@/components/graph/fold/boxes';
import { defaultCollapsed } from '@/components/graph/fold/default-collapsed';
import { foldGraph } from '@/components/graph/fold/fold-graph';
import { fromElkAnswer, toElkProblem } from '@/components/graph/layout/elk-problem';
import { gapsFor, structureKey, type InsideProblem } from '@/components/graph/layout/inside-layout';
import type { KnownInsides } from '@/components/graph/layout/known-insides';
import { planLayout } from '@/components/graph/layout/layout-plan';
import type { Point } from '@/components/graph/layout/point';
import { USUAL_VIEW } from '@/components/graph/layout/pack-boxes';
import { toElements } from '@/components/graph/to-elements';
import type { Graph } from '@/mesh/graph/graph';
import type { TrafficSplit } from '@/mesh/splits/split';

/** What would keep the page waiting for longer than some tenths of a second is left to browsers. */
const MOST_NODES = 40;
const MOST_KEPT = 200;

const kept = new Map<string, Promise<Readonly<Record<string, Point>> | null>>();

/** Asks ELK; `null` when it does not answer. */
export type AskElk = (problem: ElkNode) => Promise<ElkNode | null>;

/**
 * Insides of the namespaces of a first picture in a window of usual shape, for the server: worked out once per structure
 * for all viewers. Large namespaces, and what ELK refuses, are left out; the browser's own engine then answers.
 */
export async function layOutAhead(
  graph: Graph,
  splits: readonly TrafficSplit[],
  collapsed: readonly string[] | null,
  askElk: AskElk,
): Promise<KnownInsides> {
  const boxes = boxesOf(graph);
  const folded = new Set(collapsed ?? defaultCollapsed(graph));
  const elements = toElements(foldGraph(graph, boxes, folded), splits, 'none');
  const plan = planLayout(elements, new Set(), gapsFor(USUAL_VIEW.width, USUAL_VIEW.height));
  const insides: Record<string, Readonly<Record<string, Point>>> = {};
  for (const { kind, problem } of plan.items) {
    const count = problem.nodes.length;
    if (kind !== 'namespace' || count < 2 || count > MOST_NODES) continue;
    const key = structureKey(problem);
    const inside = await insideFor(key, problem, askElk);
    if (inside !== null) insides[key] = inside;
  }
  return insides;
}

async function insideFor(
  key: string,
  problem: InsideProblem,
  askElk: AskElk,
): Promise<Readonly<Record<string, Point>> | null> {
  const known = kept.get(key) ?? workOut(problem, askElk);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, known);
  const inside = await known;
  if (inside === null) kept.delete(key);
  return inside;
}

async function workOut(
  problem: InsideProblem,
  askElk: AskElk,
): Promise<Readonly<Record<string, Point>> | null> {
  const answer = await askElk(toElkProblem(problem));
  return answer === null ? null : Object.fromEntries(fromElkAnswer(answer, problem));
}

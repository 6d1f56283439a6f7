import { ApiProblem } from '@/components/queries/api-problem';
import { leaveForLogin, recoverLogin } from '@/components/queries/recover-login';
import type { WriteConflict } from '@/contract/problem';
import type { SourceName } from '@/mesh/gap';

/**
 * Calls the API and gives its JSON. The type is the contract's: browser and server ship together, so it is not decoded a
 * second time. Throws {@link ApiProblem} for every failure except an abort, which is passed on for TanStack to ignore.
 */
export async function fetchJson<T>(
  url: string,
  init: RequestInit & { signal: AbortSignal | null },
): Promise<T> {
  let response = await request(url, init);
  let body = await readBody(response);
  // Nothing was done without a login, so that the same call can be made again after one.
  if (isLoginNeeded(response, body) && (await recoverLogin())) {
    response = await request(url, init);
    body = await readBody(response);
    if (isLoginNeeded(response, body)) leaveForLogin();
  }
  if (!response.ok) throw toProblem(response, body);
  if (body === undefined) {
    throw new ApiProblem(
      0,
      'Not an answer of Fanari',
      `${response.status} without JSON; a proxy may be in the way`,
    );
  }
  return body as T;
}

/** Sends a JSON body with POST; otherwise like {@link fetchJson}. */
export function postJson<T>(url: string, body: unknown, signal: AbortSignal | null): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  return fetchJson<T>(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
}

async function request(url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('accept', 'application/json');
  try {
    return await fetch(url, { ...init, headers });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem(
      0,
      'Fanari does not answer',
      'The connection failed or was refused',
      null,
      null,
      {
        cause: error,
      },
    );
  }
}

function isLoginNeeded({ status }: Response, body: unknown): boolean {
  return status === 401 && fieldsOf(body)['type'] === 'urn:fanari:problem:login-needed';
}

function fieldsOf(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

async function readBody(response: Response): Promise<unknown> {
  if (!(response.headers.get('content-type') ?? '').includes('json')) return undefined;
  try {
    return await response.json();
  } catch (error) {
    throw new ApiProblem(0, 'Broken answer', 'The answer is not valid JSON', null, null, {
      cause: error,
    });
  }
}

function toProblem(response: Response, body: unknown): ApiProblem {
  const fields = fieldsOf(body);
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : null);
  return new ApiProblem(
    response.status,
    text('title') ?? `HTTP ${response.status}`,
    text('detail') ?? response.statusText,
    SOURCES.find((source) => source === fields['source']) ?? null,
    (fields['conflict'] as WriteConflict | undefined) ?? null,
  );
}

const SOURCES: readonly SourceName[] = ['kubernetes', 'prometheus', 'jaeger'];

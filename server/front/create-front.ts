import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { PROBLEM_MEDIA_TYPE, type Problem } from '@/contract/problem';
import { CompressedFiles } from '@/server/front/compressed-files';
import { innerPath } from '@/server/front/inner-path';
import { loginRedirect } from '@/server/front/login-redirect';
import type { OpenAnswers } from '@/server/front/open-answers';
import { markPeer } from '@/server/http/peer';

/** Next's request handler. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** How the front meets browsers. */
export interface FrontOptions {
  readonly basePath: string;
  /** Whether people need a session to see anything. */
  readonly needsSession: boolean;
}

/** Methods that Next knows; it answers others with its own 500 or nothing. */
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];

const SERVER_OPTIONS: http.ServerOptions = {
  // A whole request, its body too: what comes slower is cut off with 408.
  requestTimeout: 30_000,
  headersTimeout: 15_000,
  connectionsCheckingInterval: 5_000,
  // Longer than proxies keep their connections, which would otherwise be closed under a request of theirs.
  keepAliveTimeout: 75_000,
  // What nginx reads at most by default: proxies that log people in add large headers and cookies.
  maxHeaderSize: 32 * 1024,
};

/**
 * The HTTP server around Next: accepts paths with and without the base path, tells routes whose connection it is, lets Next
 * compress JSON, and files once.
 */
export function createFront(
  handler: Handler,
  { basePath, needsSession }: FrontOptions,
  answers: OpenAnswers,
  onError: (caught: unknown) => void,
): http.Server {
  const files = new CompressedFiles(basePath);
  return http.createServer(SERVER_OPTIONS, (request, response) => {
    answers.add(response);
    const path = innerPath(request.url ?? '', basePath);
    if (path === null) {
      refuse(response, 400, 'bad-target', 'The path of the request cannot be read');
      return;
    }
    if (!METHODS.includes(request.method ?? '')) {
      refuse(response, 501, 'method-not-known', `${request.method} is not supported`);
      return;
    }
    request.url = path;
    markPeer(request);
    const login = needsSession ? loginRedirect(request, basePath) : null;
    if (login !== null) {
      response.writeHead(303, { location: login, 'cache-control': 'no-store' }).end();
      return;
    }
    if (files.serve(request, response)) return;
    flattenHeaders(response);
    handler(request, response).catch((caught: unknown) => {
      onError(caught);
      response.destroy();
    });
  });
}

/**
 * Next sets the headers of a route as lists of one. Its compression reads `content-type` as text, so without this it
 * would leave every JSON answer as it is.
 */
function flattenHeaders(response: ServerResponse): void {
  const setHeader = response.setHeader.bind(response);
  response.setHeader = (name, value) => {
    const only = typeof value === 'object' && value.length === 1 ? value[0] : undefined;
    return setHeader(name, only ?? value);
  };
}

function refuse(response: ServerResponse, status: number, name: string, detail: string): void {
  const type = `urn:fanari:problem:${name}`;
  const problem: Problem = { type, title: 'Request refused', status, detail };
  response.writeHead(status, {
    'content-type': PROBLEM_MEDIA_TYPE,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(JSON.stringify(problem));
}

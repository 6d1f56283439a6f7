import type { IncomingMessage, ServerResponse } from 'node:http';
import { STREAMING } from '@/demo/kubernetes/api-context';
import type { Answer, ApiContext, ApiRequest } from '@/demo/kubernetes/api-context';
import { isAllowed } from '@/demo/kubernetes/access-review';
import {
  ApiError,
  badRequest,
  forbidden,
  methodNotAllowed,
  toStatus,
  unknownPath,
  UnknownPath,
} from '@/demo/kubernetes/api-error';
import { answerGeneral } from '@/demo/kubernetes/general-paths';
import { streamLogs } from '@/demo/kubernetes/log-stream';
import { parseResourceTarget } from '@/demo/kubernetes/request-target';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { deleteCollection, deleteResource } from '@/demo/kubernetes/resource-deleter';
import { readResource } from '@/demo/kubernetes/resource-reader';
import { createResource, patchResource, updateResource } from '@/demo/kubernetes/resource-writer';
import { DEFINITION_TYPE } from '@/demo/kubernetes/served-types';

type Handled = Answer | typeof STREAMING;

function verbOf(request: ApiRequest, target: ResourceTarget): string {
  const isWatch = ['true', '1'].includes(request.query.get('watch') ?? '');
  const single = target.name !== '';
  const verbs: Readonly<Record<string, string>> = {
    GET: isWatch ? 'watch' : single ? 'get' : 'list',
    HEAD: 'get',
    POST: 'create',
    PUT: 'update',
    PATCH: 'patch',
    DELETE: single ? 'delete' : 'deletecollection',
  };
  return verbs[request.method] ?? request.method.toLowerCase();
}

function authorize(context: ApiContext, request: ApiRequest, target: ResourceTarget): void {
  const { type, namespace, name, subresource } = target;
  const resource = subresource === '' ? type.resource : `${type.resource}/${subresource}`;
  const verb = verbOf(request, target);
  if (isAllowed(context.denies(), { verb, group: type.group, resource, namespace })) return;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const detail = `User "${context.user}" cannot ${verb} resource "${resource}" in API group "${type.group}" ${where}`;
  throw forbidden(type, name, detail);
}

function checkSubresource(target: ResourceTarget): void {
  const { subresource, type, name } = target;
  if (subresource === '') return;
  const known =
    (subresource === 'status' && type.status) || (subresource === 'scale' && type.scale);
  if (!known || name === '') throw unknownPath();
}

function readScaled(context: ApiContext, target: ResourceTarget, request: ApiRequest): Handled {
  const isTableless = target.subresource === 'scale' ? '' : request.accept;
  return readResource(context, target, { ...request, accept: isTableless });
}

async function handleResource(
  context: ApiContext,
  target: ResourceTarget,
  request: ApiRequest,
): Promise<Handled> {
  authorize(context, request, target);
  if (target.subresource === 'log' && target.type.kind === 'Pod') {
    if (request.method !== 'GET') throw methodNotAllowed();
    return streamLogs(context, target, request);
  }
  checkSubresource(target);
  if (request.method === 'GET' || request.method === 'HEAD') {
    return readScaled(context, target, request);
  }
  if (target.type === DEFINITION_TYPE) throw methodNotAllowed();
  if (request.method === 'POST') return createResource(context, target, request);
  if (request.method === 'PUT') return updateResource(context, target, request);
  if (request.method === 'PATCH') return patchResource(context, target, request);
  if (request.method !== 'DELETE' || target.subresource !== '') throw methodNotAllowed();
  return target.name === ''
    ? deleteCollection(context, target, request)
    : deleteResource(context, target, request);
}

function toRequest(incoming: IncomingMessage, response: ServerResponse): ApiRequest {
  let url: URL;
  try {
    url = new URL(incoming.url ?? '/', 'http://embedded');
    decodeURIComponent(url.pathname);
  } catch {
    throw badRequest('the request URL cannot be parsed');
  }
  return {
    incoming,
    response,
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    accept: incoming.headers.accept ?? '',
    contentType: incoming.headers['content-type'] ?? '',
  };
}

function warningHeaders(warnings: readonly string[]): Record<string, string[]> {
  if (warnings.length === 0) return {};
  return { warning: warnings.map((text) => `299 - ${JSON.stringify(text)}`) };
}

function send(response: ServerResponse, answer: Answer): void {
  const { body } = answer;
  const text = Buffer.isBuffer(body) ? body : JSON.stringify(body);
  response.writeHead(answer.code, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-cache, private',
    ...warningHeaders(answer.warnings ?? []),
    ...answer.headers,
  });
  response.end(text);
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ApiError(500, 'InternalError', `Internal error occurred: ${reason}`, {
    causes: [{ reason: 'InternalError', message: reason, field: '' }],
  });
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (error instanceof UnknownPath) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
    response.end('404 page not found\n');
    return;
  }
  const failure = toApiError(error);
  send(response, { code: failure.code, body: toStatus(failure) });
}

/** Answers one HTTP request. Never throws: every failure becomes a Kubernetes Status. */
export async function handleRequest(
  context: ApiContext,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const request = toRequest(incoming, response);
    if (['/healthz', '/livez', '/readyz'].includes(request.path)) {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
      return;
    }
    const target = parseResourceTarget(request.path);
    const handled =
      target === null
        ? await answerGeneral(context, request)
        : await handleResource(context, target, request);
    if (handled !== STREAMING) send(response, handled);
  } catch (error) {
    sendError(response, error);
  }
}

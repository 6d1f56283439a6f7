import { STREAMING } from '@/demo/kubernetes/api-context';
import type { ApiContext, ApiRequest } from '@/demo/kubernetes/api-context';
import { badRequest } from '@/demo/kubernetes/api-error';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, readPath, stringOf } from '@/demo/kubernetes/json';
import { integerParameter } from '@/demo/kubernetes/list-page';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { existingObject } from '@/demo/kubernetes/resource-reader';

const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

function containerNames(pod: KubernetesObject, field: string): readonly string[] {
  return arrayOf(readPath(pod, 'spec', field)).map((entry) => stringOf(readPath(entry, 'name')));
}

function containerOf(pod: KubernetesObject, requested: string): string {
  const { name } = pod.metadata;
  const main = containerNames(pod, 'containers');
  const init = containerNames(pod, 'initContainers');
  if (requested === '' && main.length === 1) return main[0] ?? '';
  if (requested === '') {
    const inits = init.length === 0 ? '' : ` or one of the init containers: [${init.join(' ')}]`;
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${main.join(' ')}]${inits}`,
    );
  }
  if ([...main, ...init].includes(requested)) return requested;
  throw badRequest(`container ${requested} is not valid for pod ${name}`);
}

function sinceOf(request: ApiRequest): number {
  const seconds = integerParameter(request.query, 'sinceSeconds');
  if (seconds !== null) return Date.now() - seconds * 1000;
  return Date.parse(request.query.get('sinceTime') ?? '') || 0;
}

function selectLines(lines: readonly string[], request: ApiRequest): readonly string[] {
  const since = sinceOf(request);
  const recent =
    since === 0 ? lines : lines.filter((line) => Date.parse(line.split(' ')[0] ?? '') >= since);
  const tail = integerParameter(request.query, 'tailLines');
  return tail === null ? recent : tail === 0 ? [] : recent.slice(-tail);
}

/** Answers `GET …/pods/<name>/log`, with `container`, `tailLines`, `sinceSeconds`, `timestamps` and `follow`. */
export function streamLogs(
  context: ApiContext,
  target: ResourceTarget,
  request: ApiRequest,
): typeof STREAMING {
  const pod = existingObject(context, target);
  const container = containerOf(pod, request.query.get('container') ?? '');
  const withTime = request.query.get('timestamps') === 'true';
  const print = (line: string) => `${withTime ? line : line.slice(line.indexOf(' ') + 1)}\n`;
  const { response } = request;
  const lines = selectLines(context.logs.lines(target.namespace, target.name, container), request);
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.flushHeaders();
  for (const line of lines) response.write(print(line));
  if (request.query.get('follow') !== 'true') {
    response.end();
    return STREAMING;
  }
  const stop = context.logs.follow(target.namespace, target.name, container, (line) => {
    response.write(print(line));
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
  });
  const unwatch = context.store.onEvent((event) => {
    if (event.type === 'DELETED' && event.object.metadata.uid === pod.metadata.uid) response.end();
  });
  const forget = context.watches.add(() => response.end());
  response.on('close', () => {
    stop();
    unwatch();
    forget();
  });
  return STREAMING;
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoProcess } from '@/tests/support/start-demo';

/** A request for objects, as an authorizer sees it. `namespace` is empty for a request beyond one namespace. */
export interface AskedObjects {
  readonly namespace: string;
  readonly resource: string;
  /** Empty: all objects. */
  readonly name: string;
  readonly isWatch: boolean;
}

/** A proxy between Fanari and the Kubernetes API of a demo that refuses as RBAC does. */
export interface AccessProxy {
  /** The demo as Fanari reaches it through the proxy. */
  readonly demo: DemoProcess;
  /** What was asked for, refused or not. */
  readonly asked: readonly AskedObjects[];
  /** From now on; watches that are open are ended, so that they are asked for anew. */
  setAllowed(isAllowed: (asked: AskedObjects) => boolean): void;
  close(): void;
}

/** What a path of the Kubernetes API asks for; `null` where it asks for no objects (discovery, version, reviews). */
function askedOf(url: URL): AskedObjects | null {
  const rest = url.pathname.split('/').slice(1);
  const parts = rest[0] === 'api' ? rest.slice(2) : rest[0] === 'apis' ? rest.slice(3) : [];
  if (parts.length === 0 || parts[0] === 'selfsubjectaccessreviews') return null;
  const isWatch = url.searchParams.get('watch') === 'true';
  const [first = '', second = '', third = '', fourth = ''] = parts;
  // A namespace itself lies in the namespace of its name.
  if (first !== 'namespaces') return { namespace: '', resource: first, name: second, isWatch };
  if (third === '') return { namespace: second, resource: first, name: second, isWatch };
  return { namespace: second, resource: third, name: fourth, isWatch };
}

/** Starts the proxy in front of a demo; everything is allowed at first. */
export async function startAccessProxy(demo: DemoProcess): Promise<AccessProxy> {
  let isAllowed: (asked: AskedObjects) => boolean = () => true;
  const asked: AskedObjects[] = [];
  const watches = new Set<() => void>();
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', demo.kubernetesUrl);
    const wanted = askedOf(url);
    if (wanted !== null) asked.push(wanted);
    if (wanted !== null && !isAllowed(wanted)) {
      request.resume();
      const body = { kind: 'Status', status: 'Failure', code: 403, reason: 'Forbidden' };
      response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      return;
    }
    const { method = 'GET', headers } = request;
    const onward = http.request(url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    if (wanted?.isWatch === true) watches.add(() => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = mkdtempSync(join(tmpdir(), 'fanari-access-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const text = readFileSync(demo.kubeconfig, 'utf8');
  writeFileSync(kubeconfig, text.replaceAll(demo.kubernetesUrl, url));
  return {
    demo: { ...demo, kubernetesUrl: url, kubeconfig },
    asked,
    setAllowed: (next) => {
      isAllowed = next;
      for (const end of watches) end();
      watches.clear();
    },
    close: () => {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

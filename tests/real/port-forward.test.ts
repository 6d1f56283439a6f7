import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SplitApplyResponse } from '@/contract/split-apply';
import type { TrafficSplit } from '@/mesh/splits/split';
import type { ApiObject } from '@/tests/real/cluster/api-client';
import { kubectl, renderChart } from '@/tests/real/cluster/helm';
import { writeKubeconfig } from '@/tests/real/cluster/kubeconfig';
import { Machinery } from '@/tests/real/cluster/machinery';
import { freePorts } from '@/tests/real/cluster/program';
import { kubernetesProgram, RealCluster } from '@/tests/real/cluster/real-cluster';
import { namespace, NODE, service, subsets, virtualService } from '@/tests/real/objects';
import { environmentOf, parseManifest, podOf } from '@/tests/support/manifest';
import { readEvents } from '@/tests/support/read-events';
import { Replica } from '@/tests/support/replica';
import { until } from '@/tests/support/start-fanari';
import { changeTo, readTwoWaySplits, routePath } from '@/tests/support/weight-writer';

const ISTIO = 'istio-system';
const RELEASE = 'fanari';
const PODS = `/api/v1/namespaces/${ISTIO}/pods`;

let cluster: RealCluster;
let machinery: Machinery;
let fanariPort: number;
let fanari: Replica;
const forwards: ChildProcess[] = [];

interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly conditions?: readonly { type: string; status: string }[] };
}

async function pods(): Promise<readonly Pod[]> {
  const { body } = await cluster.admin.get(PODS);
  return body['items'] as readonly Pod[];
}

/** What the scheduler does: there is one node. */
async function bindPods(): Promise<void> {
  for (const { metadata, spec } of await pods()) {
    if (spec.nodeName !== undefined) continue;
    const target = { apiVersion: 'v1', kind: 'Node', name: NODE };
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata, target };
    const { status, text } = await cluster.admin.call(
      'POST',
      `${PODS}/${metadata.name}/binding`,
      binding,
    );
    if (status >= 300 && status !== 409) throw new Error(text);
  }
}

/** Installs the chart, and starts what its pods would run, as their account and with their environment. */
async function install(basePath: string): Promise<void> {
  const values = { access: 'editor', allowAnonymousWrites: true, basePath };
  const where = { release: RELEASE, namespace: ISTIO };
  const { code, output, errors } = await renderChart(values, where);
  if (code !== 0) throw new Error(errors);
  const admin = cluster.kubeconfig('admin');
  const applied = await kubectl(admin, ['apply', '-f', '-'], output);
  if (applied.code !== 0) throw new Error(applied.errors);
  await until('two ready pods', async () => {
    await bindPods();
    const ready = (await pods()).filter(({ status }) =>
      status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    );
    return ready.length >= 2;
  });
  const token = await kubectl(admin, ['create', 'token', RELEASE, '-n', ISTIO]);
  if (token.code !== 0) throw new Error(token.errors);
  const { url, caFile, folder } = cluster;
  const access = { url, caFile, token: token.output.trim(), namespace: null };
  fanari = await Replica.start(fanariPort, {
    ...environmentOf(podOf(parseManifest(output))),
    FANARI_KUBECONFIG: writeKubeconfig(join(folder, 'fanari.kubeconfig'), access),
    FANARI_PROMETHEUS_URL: '',
    FANARI_JAEGER_URL: '',
  });
  await until('the split', async () => {
    return (await readTwoWaySplits(fanari.url + basePath)).length > 0;
  });
}

/** Runs the command of deploy/README.md, with a port of the user's choice, until the test is over. */
async function forward(localPort: number): Promise<void> {
  const kubeconfig = `--kubeconfig=${cluster.kubeconfig('admin')}`;
  const child = spawn(
    kubernetesProgram('kubectl'),
    [kubeconfig, 'port-forward', '-n', ISTIO, 'svc/fanari', `${localPort}:20010`],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  forwards.push(child);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).once('line', () => resolve());
    child.once('close', () => reject(new Error(`kubectl port-forward ended: ${errors}`)));
  });
}

beforeAll(async () => {
  cluster = await RealCluster.start();
  await cluster.installMeshKinds();
  [fanariPort = 0] = await freePorts(1);
  machinery = await Machinery.start(cluster, [{ containerPort: 20010, localPort: fanariPort }]);
  const objects = [namespace(ISTIO), namespace(), service('reviews'), subsets(), virtualService()];
  for (const object of objects) await cluster.admin.apply(object);
});

afterEach(() => {
  for (const child of forwards.splice(0)) child.kill('SIGKILL');
});

afterAll(async () => {
  await machinery.stop();
  await cluster.stop();
});

async function theSplit(base: string): Promise<TrafficSplit> {
  const [split] = await readTwoWaySplits(base);
  if (split === undefined) throw new Error('no split');
  return split;
}

describe.each(['', '/fanari'])('with the base path "%s", kubectl port-forward', (basePath) => {
  let base: string;

  beforeAll(async () => {
    await install(basePath);
  });

  afterAll(async () => {
    await fanari.end('SIGTERM');
  });

  test.each(['127.0.0.1', 'localhost'])(
    'leads to pages at %s whose links stay at the port that was chosen',
    async (host) => {
      const [localPort = 0] = await freePorts(1);
      await forward(localPort);
      const origin = `http://${host}:${localPort}`;
      for (const page of ['', '/', '/mtls', '/mtls/']) {
        const answer = await fetch(origin + basePath + page, { redirect: 'manual' });
        expect(answer.status, page).toBe(200);
        const html = await answer.text();
        const links = [...html.matchAll(/(?:src|href|action)="([^"#]+)"/g)];
        const paths = [...new Set(links.map(([, path]) => path ?? ''))];
        expect(paths.length).toBeGreaterThan(5);
        for (const path of paths) {
          // No scheme and no host: the browser fills in those by which it came.
          expect(path === basePath || path.startsWith(`${basePath}/`), path).toBe(true);
          const found = await fetch(origin + path, { redirect: 'manual' });
          expect(found.status, path).toBe(200);
          await found.body?.cancel();
        }
        // Nor does a script know the ports of the cluster.
        expect(html).not.toContain(`:${fanariPort}`);
        expect(html).not.toContain(':20010');
      }
    },
  );

  test('carries events as they come, beside requests and a write of a page', async () => {
    const [localPort = 0] = await freePorts(1);
    await forward(localPort);
    const origin = `http://localhost:${localPort}`;
    base = origin + basePath;
    const leave = new AbortController();
    const stream = await fetch(`${base}/api/v1/graph/stream`, { signal: leave.signal });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const events = readEvents(stream, ['graph', 'delta']);
    expect((await events.next()).value?.event).toBe('graph');
    for (const path of ['/api/v1/status', '/api/v1/graph', '/api/v1/openapi.json', '/healthz']) {
      expect((await fetch(base + path)).status, path).toBe(200);
    }
    const split = await theSplit(base);
    const seen = split.destinations.map(({ weight }) => weight);
    const write = (from: string) =>
      fetch(`${base}/api/v1/splits/apply`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          origin: from,
          'sec-fetch-site': from === origin ? 'same-origin' : 'same-site',
        },
        body: JSON.stringify({ change: changeTo(split, seen, [40, 60]) }),
      });
    // A page of another port of this machine is another site.
    expect((await write('http://localhost:20010')).status).toBe(403);
    const answer = await write(origin);
    const applied = (await answer.json()) as SplitApplyResponse;
    expect(answer.status, JSON.stringify(applied)).toBe(200);
    const sentMs = Date.now();
    const { value: delta } = await events.next();
    expect(delta?.event).toBe('delta');
    expect(Date.now() - sentMs).toBeLessThan(2_000);
    leave.abort();
    const stored = (await cluster.admin.get(routePath(split.object))).body as unknown as ApiObject;
    expect(stored.metadata.resourceVersion).toBe(applied.resourceVersion);
    await cluster.admin.apply(virtualService());
  });
});

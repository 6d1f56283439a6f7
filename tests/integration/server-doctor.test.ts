import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DoctorResponse } from '@/contract/doctor';
import type { FindingRule } from '@/mesh/doctor/finding-rules';
import type { Fanari } from '@/server/fanari';
import { getDoctor } from '@/server/usecases/get-doctor';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { startFanari, until } from '@/tests/support/start-fanari';

let demo: DemoProcess;
const running = new Set<Fanari>();

beforeAll(async () => {
  demo = await startDemo(['--history', '5m']);
});

afterAll(async () => {
  await demo.close();
});

afterEach(async () => {
  for (const fanari of running) fanari.stop();
  running.clear();
  await demo.control('/kubernetes/start');
  await demo.control('/kubernetes/deny');
  for (const source of ['prometheus', 'kubernetes']) await demo.control(`/${source}/clock`);
  for (const source of ['prometheus', 'jaeger']) await demo.control(`/${source}/fault`);
});

/** A server of its own, because answers of sources are remembered for some seconds. */
async function examine(
  flags: readonly string[] = [],
  namespaces: readonly string[] = [],
): Promise<DoctorResponse> {
  const fanari = startFanari(demo, flags);
  running.add(fanari);
  const { sources } = fanari.views.ofOwnAccount();
  const { cluster, metrics } = sources;
  await until('the sources have told what they can', () => {
    const isRead = cluster.topology().revision > 0 && cluster.versions().kubernetes !== null;
    return (isRead || cluster.state().state === 'failing') && metrics?.state().state !== 'syncing';
  });
  return getDoctor(sources, { readOnly: false }, { namespaces });
}

function of(report: DoctorResponse, rule: FindingRule): DoctorResponse['findings'] {
  return report.findings.filter((finding) => finding.rule === rule);
}

async function patch(path: string, body: unknown): Promise<void> {
  const response = await fetch(demo.kubernetesUrl + path, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

describe('the doctor over the embedded mesh', () => {
  test('finds nothing wrong where nothing is', async () => {
    const report = await examine();
    expect(report.findings.filter(({ severity }) => /error|warning/.test(severity))).toEqual([]);
    const right = report.findings.filter(({ severity }) => severity === 'ok');
    expect(right.map(({ group }) => group).toSorted()).toEqual(
      expect.arrayContaining([
        'access',
        'clock',
        'cluster',
        'istio',
        'kinds',
        'prometheus',
        'traces',
      ]),
    );
    expect(report.emptyGraph).toEqual([]);
  });

  test('an API server that is away is the reason, and its silence is no fault of anything else', async () => {
    await demo.control('/kubernetes/stop');
    const report = await examine();
    expect(report.emptyGraph[0]).toMatchObject({ rule: 'api-server-failing', severity: 'error' });
    expect(of(report, 'no-istiod')).toEqual([]);
    expect(of(report, 'istio-kinds-missing')).toEqual([]);
  });

  test('what RBAC refuses is told kind by kind, with what it costs', async () => {
    await demo.control('/kubernetes/deny', {
      denials: [
        { verb: 'list', resource: 'pods' },
        { verb: 'list', group: 'networking.istio.io', resource: 'virtualservices' },
        { verb: 'patch', group: 'gateway.networking.k8s.io', resource: 'httproutes' },
      ],
    });
    const report = await examine();
    expect(of(report, 'may-not-read').map(({ title, severity }) => [title, severity])).toEqual([
      ['Pod may not be listed', 'error'],
      ['VirtualService may not be listed', 'warning'],
    ]);
    expect(of(report, 'may-not-write')).toMatchObject([{ title: 'No patch of HTTPRoute' }]);
    expect(of(report, 'access-complete')).toEqual([]);
    expect(report.emptyGraph.map(({ rule }) => rule)).toEqual(['may-not-read']);
  });

  test.each([
    ['unscraped', 'mesh-not-scraped'],
    ['unavailable', 'prometheus-failing'],
    ['nan', 'prometheus-failing'],
  ] as const)('a Prometheus that is %s makes %s', async (kind, rule) => {
    await demo.control('/prometheus/fault', { kind });
    const report = await examine();
    expect(of(report, rule)).toMatchObject([{ severity: 'error' }]);
    expect(report.emptyGraph[0]?.rule).toBe(rule);
    expect(of(report, 'istiod-content')).toEqual([]);
  });

  test('without Prometheus in the settings that is the reason', async () => {
    const fanari = startFanari(demo, []);
    running.add(fanari);
    const own = fanari.views.ofOwnAccount().sources;
    await until('the cluster is read', () => own.cluster.topology().revision > 0);
    const sources = { ...own, metrics: null };
    const report = await getDoctor(sources, { readOnly: false }, { namespaces: [] });
    expect(report.emptyGraph[0]?.rule).toBe('prometheus-not-configured');
  });

  test('clocks that are off are told for each source, to about a second', async () => {
    await demo.control('/prometheus/clock', { offsetMs: 90_000 });
    await demo.control('/kubernetes/clock', { offsetMs: -8000 });
    const found = of(await examine(), 'clock-differs');
    expect(found.map(({ title, severity }) => [title, severity])).toEqual([
      ['The clock of Prometheus differs from Fanari’s', 'error'],
      ['The clock of the API server differs from Fanari’s', 'warning'],
    ]);
    expect(found[0]?.seen).toMatch(/ahead by (89|90)\.\d s \(± [01]\.\d s\)/);
    expect(found[1]?.seen).toMatch(/behind by [78]\.\d s/);
  });

  test('a tracing backend that is away costs the traces alone', async () => {
    await demo.control('/jaeger/fault', { kind: 'unavailable' });
    const report = await examine();
    expect(of(report, 'traces-failing')).toMatchObject([{ severity: 'warning' }]);
    expect(report.emptyGraph).toEqual([]);
  });

  test('pods that stood before their namespace was labelled are told, and a restart mends it', async () => {
    await patch('/api/v1/namespaces/legacy', {
      metadata: { labels: { 'istio-injection': 'enabled' } },
    });
    const before = await examine();
    expect(of(before, 'pods-before-label')).toMatchObject([
      { severity: 'warning', objects: [{ ref: { namespace: 'legacy', name: 'legacy-batch' } }] },
    ]);
    const restart = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
    await patch('/apis/apps/v1/namespaces/legacy/deployments/legacy-batch', {
      spec: { template: { metadata: { annotations: restart } } },
    });
    await until('the pods are made anew', async () => {
      const report = await examine();
      return of(report, 'pods-before-label').length === 0;
    });
    await patch('/api/v1/namespaces/legacy', { metadata: { labels: { 'istio-injection': null } } });
  });

  test('a port that declares a word unknown to Istio is told with the patch that mends it', async () => {
    const path = '/api/v1/namespaces/bookinfo/services/details';
    const set = (appProtocol: string | null) =>
      patch(path, {
        spec: { ports: [{ name: 'http', port: 9080, targetPort: 9080, appProtocol }] },
      });
    await set('example.com/custom');
    const [found] = of(await examine(), 'app-protocol-unknown');
    expect(found?.objects).toMatchObject([{ ref: { namespace: 'bookinfo', name: 'details' } }]);
    await set(null);
  });

  test('a namespace that is not there is the reason of its empty graph', async () => {
    const report = await examine([], ['nowhere']);
    expect(report.emptyGraph).toMatchObject([{ title: 'There is no such namespace' }]);
  });
});

describe('npm run doctor', () => {
  interface Ended {
    readonly code: number | null;
    readonly out: string;
    readonly err: string;
  }

  function doctor(args: readonly string[]): Promise<Ended> {
    const script = join(import.meta.dirname, '../../scripts/doctor.mjs');
    const child = spawn(process.execPath, [script, ...args]);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
  }

  const sources = () => [
    ...['--kubeconfig', demo.kubeconfig, '--prometheus-url', demo.prometheusUrl],
    ...['--jaeger-url', demo.jaegerUrl],
  ];

  beforeAll(async () => {
    // Builds it, so that what is measured below prints nothing of that.
    await doctor(['--kubeconfig', '/nowhere']);
  });

  test('ends with 0 where nothing is an error, with a readable report', async () => {
    const { code, out } = await doctor(sources());
    expect(out).toMatch(/^✓ Prometheus scrapes the mesh \(prometheus\)$/m);
    expect(out).toMatch(/\d+ right$/m);
    expect(code).toBe(0);
  });

  test('ends with 1 where something is, and --json is the answer of the API alone', async () => {
    await demo.control('/prometheus/fault', { kind: 'unavailable' });
    const { code, out } = await doctor([...sources(), '--json']);
    const report = JSON.parse(out) as DoctorResponse;
    expect(report.findings[0]).toMatchObject({ rule: 'prometheus-failing', severity: 'error' });
    expect(code).toBe(1);
  });

  test('ends with 2 where it could not look, and names the setting', async () => {
    const { code, err, out } = await doctor(['--prometheus-url', 'not-a-url']);
    expect(err).toContain('--prometheus-url must be an http or https URL');
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});

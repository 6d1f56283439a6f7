import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseSettings } from '@/server/config';
import { Fanari } from '@/server/fanari';
import { ownView } from '@/tests/support/own-view';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { until } from '@/tests/support/start-fanari';
import {
  makeCertificates,
  startTlsProxy,
  type Certificates,
  type TlsProxy,
} from '@/tests/support/tls-proxy';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const bearer = (request: IncomingMessage) =>
  /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null;

let demo: DemoProcess;
let folder: string;
let certificates: Certificates;
const opened: { close(): void }[] = [];

beforeAll(async () => {
  demo = await startDemo(['--history', '1m']);
  folder = mkdtempSync(join(tmpdir(), 'fanari-tls-'));
  certificates = makeCertificates(folder);
});

afterEach(() => {
  for (const item of opened.splice(0)) item.close();
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await demo.close();
});

async function proxy(...args: Parameters<typeof startTlsProxy>): Promise<TlsProxy> {
  const started = await startTlsProxy(...args);
  opened.unshift(started);
  return started;
}

function start(flags: readonly string[]): Fanari {
  const settings = parseSettings([...flags, '--log-level', 'error'], {});
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  const fanari = new Fanari(settings.value);
  fanari.start();
  opened.unshift({ close: () => fanari.stop() });
  return fanari;
}

function startWithUser(name: string, url: string, user: object, cluster: object = {}): Fanari {
  const file = join(folder, `${name}.kubeconfig`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
    clusters: [
      {
        name: 'here',
        cluster: {
          server: url,
          'certificate-authority-data': base64(certificates.ca),
          ...cluster,
        },
      },
    ],
    users: [{ name: 'me', user }],
  };
  writeFileSync(file, stringify(config));
  return start(['--kubeconfig', file]);
}

const isSynced = (fanari: Fanari) => () =>
  ownView(fanari).sources.cluster.topology().workloads.size > 10;

test('a cluster by client certificate, trusting a private authority', async () => {
  const api = await proxy(demo.kubernetesUrl, certificates, (_, name) => name);
  const fanari = startWithUser('certificate', api.url, {
    'client-certificate-data': base64(certificates.clientCertificate),
    'client-key-data': base64(certificates.clientKey),
  });
  await until('the cluster', isSynced(fanari));
  expect([...api.seen]).toEqual(['client']);
});

test('a cluster by token file, which is read again when it has changed', async () => {
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, 'first-token\n');
  let accepted = 'first-token';
  const api = await proxy(demo.kubernetesUrl, certificates, (request) =>
    bearer(request) === accepted ? accepted : null,
  );
  const fanari = startWithUser('token', api.url, { tokenFile });
  await until('the cluster', isSynced(fanari));
  writeFileSync(tokenFile, 'second-token\n');
  accepted = 'second-token';
  const ref = { group: '', kind: 'Service', namespace: 'bookinfo', name: 'reviews' };
  await until(
    'an answer to the second token',
    async () =>
      (await ownView(fanari).sources.cluster.getObject(ref, { signal: AbortSignal.timeout(5000) }))
        .ok,
  );
  expect([...api.seen]).toEqual(['first-token', 'second-token']);
});

test('a cluster by exec plugin, which is asked again when its token has run out', async () => {
  const plugin = join(folder, 'plugin.mjs');
  const calls = join(folder, 'plugin-calls');
  writeFileSync(calls, '');
  writeFileSync(
    plugin,
    `#!${process.execPath}
import { appendFileSync, readFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(calls)}, 'x');
const token = process.argv[2] + '-' + readFileSync(${JSON.stringify(calls)}, 'utf8').length;
const expirationTimestamp = new Date(Date.now() + 2000).toISOString();
const apiVersion = JSON.parse(process.env.KUBERNETES_EXEC_INFO).apiVersion;
console.log(JSON.stringify({ apiVersion, kind: 'ExecCredential', status: { token, expirationTimestamp } }));
`,
  );
  chmodSync(plugin, 0o755);
  const api = await proxy(demo.kubernetesUrl, certificates, (request) => {
    const token = bearer(request);
    return token?.startsWith('mine-') === true ? token : null;
  });
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: plugin,
    args: ['mine'],
    interactiveMode: 'Never',
  };
  const fanari = startWithUser('exec', api.url, { exec });
  await until('the cluster', isSynced(fanari));
  const asked = readFileSync(calls, 'utf8').length;
  expect(asked).toBeLessThan(5);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  const ref = { group: '', kind: 'Service', namespace: 'bookinfo', name: 'reviews' };
  await ownView(fanari).sources.cluster.getObject(ref, { signal: AbortSignal.timeout(5000) });
  expect(readFileSync(calls, 'utf8').length).toBeGreaterThan(asked);
  expect(api.refused()).toBe(0);
});

test('a cluster by exec plugin whose token has no end: asked once, and again when it is refused', async () => {
  const plugin = join(folder, 'endless.mjs');
  const calls = join(folder, 'endless-calls');
  writeFileSync(calls, '');
  const text = `import { appendFileSync, readFileSync } from 'node:fs';
appendFileSync(process.env.CALLS, 'x');
const { apiVersion, spec } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
const token = 'mine-' + readFileSync(process.env.CALLS, 'utf8').length + spec.cluster.server;
console.log(JSON.stringify({ apiVersion, kind: 'ExecCredential', status: { token } }));
`;
  writeFileSync(plugin, text);
  let valid = 'mine-1';
  const api = await proxy(demo.kubernetesUrl, certificates, (request) =>
    bearer(request) === valid + api.url ? valid : null,
  );
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: [plugin],
    env: [{ name: 'CALLS', value: calls }],
    provideClusterInfo: true,
    interactiveMode: 'Never',
  };
  const fanari = startWithUser('endless', api.url, { exec });
  await until('the cluster', isSynced(fanari));
  expect(readFileSync(calls, 'utf8')).toBe('x');
  valid = 'mine-2';
  const ref = { group: '', kind: 'Service', namespace: 'bookinfo', name: 'reviews' };
  const { cluster } = ownView(fanari).sources;
  expect((await cluster.getObject(ref, { signal: AbortSignal.timeout(5000) })).ok).toBe(true);
  expect([...api.seen]).toEqual(['mine-1', 'mine-2']);
});

test('an API server with a certificate of nobody known is not spoken to, and that is said', async () => {
  const api = await proxy(demo.kubernetesUrl, certificates, () => 'anybody');
  const fanari = startWithUser(
    'stranger',
    api.url,
    { token: 'secret-token' },
    {
      'certificate-authority-data': undefined,
    },
  );
  await until('the reason', () => ownView(fanari).sources.cluster.state().state === 'failing');
  const { message } = ownView(fanari).sources.cluster.state();
  expect(message).toMatch(/certificate that is not trusted/);
  expect(message).not.toContain('secret-token');
  expect(api.seen.size).toBe(0);
});

test('Prometheus with a user and password in its URL, Jaeger with a token file, both over TLS', async () => {
  const tokenFile = join(folder, 'jaeger-token');
  writeFileSync(tokenFile, 'jaeger-token');
  const basic = `Basic ${base64('monitor:s3cret/#')}`;
  const prometheus = await proxy(demo.prometheusUrl, certificates, (request) =>
    request.headers.authorization === basic ? 'monitor' : null,
  );
  const jaeger = await proxy(demo.jaegerUrl, certificates, (request) =>
    bearer(request) === 'jaeger-token' ? 'jaeger' : null,
  );
  const { caFile } = certificates;
  const withUser = prometheus.url.replace('//', `//monitor:${encodeURIComponent('s3cret/#')}@`);
  const flags = [
    ...['--kubeconfig', demo.kubeconfig, '--prometheus-url', withUser],
    ...['--prometheus-ca-file', caFile, '--jaeger-ca-file', caFile],
    ...['--jaeger-url', jaeger.url, '--jaeger-bearer-token-file', tokenFile],
  ];
  const fanari = start(flags);
  await until('the cluster', isSynced(fanari));
  const query = { windowSeconds: 60, namespaces: [], view: 'workload' } as const;
  const { graph } = await fanari.channels.channel(ownView(fanari).shared, query).read();
  expect(graph.edges.some(({ rps }) => (rps ?? 0) > 0)).toBe(true);
  expect([...prometheus.seen]).toEqual(['monitor']);
  await until('Jaeger', () => ownView(fanari).sources.traces?.state().state === 'ok');
  expect([...jaeger.seen]).toEqual(['jaeger']);
});

test('a wrong password and an unknown authority are each said, without the password', async () => {
  const prometheus = await proxy(demo.prometheusUrl, certificates, () => null);
  const withUser = prometheus.url.replace('//', '//monitor:s3cret@');
  const query = { windowSeconds: 60, namespaces: [], view: 'workload' } as const;
  const gapsWith = async (flags: readonly string[]) => {
    const base = ['--kubeconfig', demo.kubeconfig, '--prometheus-url', withUser];
    const fanari = start([...base, ...flags]);
    await until('the cluster', isSynced(fanari));
    const { graph } = await fanari.channels.channel(ownView(fanari).shared, query).read();
    return graph.gaps.filter(({ source }) => source === 'prometheus');
  };
  const [refused] = await gapsWith(['--prometheus-ca-file', certificates.caFile]);
  expect(refused?.kind).toBe('unauthorized');
  const [unknown] = await gapsWith([]);
  expect(unknown?.message).toMatch(/certificate that is not trusted/);
  const [unchecked] = await gapsWith(['--prometheus-insecure-skip-verify']);
  expect(unchecked?.kind).toBe('unauthorized');
  expect(JSON.stringify([refused, unknown, unchecked])).not.toContain('s3cret');
});

test('Prometheus by client certificate, which is used anew when its files have changed', async () => {
  const certFile = join(folder, 'metrics.pem');
  const keyFile = join(folder, 'metrics.key');
  const write = (cert: string, key: string) => {
    writeFileSync(certFile, cert);
    writeFileSync(keyFile, key);
  };
  write(certificates.clientCertificate, certificates.clientKey);
  const prometheus = await proxy(demo.prometheusUrl, certificates, (_, name) => name);
  const fanari = start([
    ...['--kubeconfig', demo.kubeconfig, '--prometheus-url', prometheus.url],
    ...['--prometheus-ca-file', certificates.caFile],
    ...['--prometheus-cert-file', certFile, '--prometheus-key-file', keyFile],
  ]);
  await until('Prometheus', () => ownView(fanari).sources.metrics?.state().state === 'ok');
  expect([...prometheus.seen]).toEqual(['client']);
  const { metrics } = ownView(fanari).sources;
  const read = async () =>
    (await metrics?.readTelemetry(60, { signal: AbortSignal.timeout(10_000) }))?.ok;
  // Half a change: the certificate is already that of another key.
  write(certificates.certificate, certificates.clientKey);
  expect(await read()).toBe(true);
  expect([...prometheus.seen]).toEqual(['client']);
  write(certificates.certificate, certificates.key);
  expect(await read()).toBe(true);
  expect([...prometheus.seen]).toEqual(['client', 'server']);
  expect(prometheus.refused()).toBe(0);
});

test('an authority that has changed is trusted without a restart', async () => {
  const caFile = join(folder, 'changing-ca.pem');
  const other = mkdtempSync(join(folder, 'other-'));
  writeFileSync(caFile, makeCertificates(other).ca);
  const prometheus = await proxy(demo.prometheusUrl, certificates, () => 'anybody');
  const fanari = start([
    ...['--kubeconfig', demo.kubeconfig, '--prometheus-url', prometheus.url],
    ...['--prometheus-ca-file', caFile],
  ]);
  const { metrics } = ownView(fanari).sources;
  const read = async () => metrics?.readTelemetry(60, { signal: AbortSignal.timeout(10_000) });
  expect(await read()).toMatchObject({ ok: false, error: { kind: 'unreachable' } });
  writeFileSync(caFile, certificates.ca);
  expect(await read()).toMatchObject({ ok: true });
});

test('a certificate without its key is a fault of the settings', () => {
  const settings = parseSettings(['--jaeger-cert-file', join(folder, 'client.pem')], {});
  expect(settings).toMatchObject({ ok: false, error: [{ setting: '--jaeger-cert-file' }] });
});

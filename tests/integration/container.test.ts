import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  mayMount,
  processStatus,
  startContained,
  stateOf,
  type ContainedServer,
} from '@/tests/support/contained-server';
import { readDockerfile } from '@/tests/support/dockerfile';
import { startDemo, type DemoProcess } from '@/tests/support/start-demo';
import { until } from '@/tests/support/start-fanari';
import { makeCertificates, startTlsProxy, type TlsProxy } from '@/tests/support/tls-proxy';

const PORT = 20_431;
const HOST = `http://127.0.0.1:${PORT}`;
const TOKEN = 'token-of-the-pod';

interface Deployment {
  readonly kind: string;
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly env: readonly { readonly name: string; readonly value: string }[];
        }[];
      };
    };
  };
}

/** The environment that deploy/fanari.yaml gives the container. */
function manifestEnvironment(): Readonly<Record<string, string>> {
  const text = readFileSync(join(import.meta.dirname, '../../deploy/fanari.yaml'), 'utf8');
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Deployment | null);
  const deployment = objects.find((object) => object?.kind === 'Deployment');
  const pairs = deployment?.spec.template.spec.containers[0]?.env ?? [];
  return Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
}

/**
 * No engine builds the image here, so what it would hold is run as the cluster would run it: the tree that the Dockerfile
 * copies, its command, environment and user, the environment of deploy/fanari.yaml, the account of a pod, and a file system
 * that cannot be written but for /tmp. Linux alone can do that.
 */
describe.skipIf(process.platform !== 'linux')('the container', () => {
  const image = readDockerfile();
  let demo: DemoProcess;
  let folder: string;
  let proxy: TlsProxy;
  let server: ContainedServer;
  let before: readonly string[];

  beforeAll(async () => {
    if (!mayMount()) console.log('No right to mount: a tree without write permission is used.');
    demo = await startDemo(['--history', '1m']);
    folder = mkdtempSync(join(tmpdir(), 'fanari-container-'));
    const certificates = makeCertificates(folder);
    chmodSync(certificates.caFile, 0o644);
    proxy = await startTlsProxy(demo.kubernetesUrl, certificates, ({ headers }) =>
      headers.authorization === `Bearer ${TOKEN}` ? 'the pod' : null,
    );
    const { caFile } = certificates;
    const account = { token: TOKEN, namespace: 'istio-system', serverUrl: proxy.url, caFile };
    server = startContained(image, folder, account, {
      ...manifestEnvironment(),
      FANARI_PROMETHEUS_URL: demo.prometheusUrl,
      FANARI_JAEGER_URL: demo.jaegerUrl,
      FANARI_PORT: String(PORT),
      FANARI_BASE_PATH: '/mesh',
    });
    before = stateOf(server.tree);
    await until('readiness', async () => {
      if (server.child.exitCode !== null) throw new Error(server.output());
      return (await fetch(`${HOST}/readyz`).catch(() => null))?.ok === true;
    });
  }, 60_000);

  afterAll(async () => {
    await server.stop();
    proxy.close();
    await demo.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is another user than root, without any right of root', () => {
    const status = processStatus(server.child.pid ?? 0);
    expect(['unshare', 'sh', 'setpriv']).not.toContain(status.get('Name'));
    const uids = new Set((status.get('Uid') ?? '').split(' '));
    expect(uids.has('0')).toBe(false);
    expect(Number(status.get('CapEff'))).toBe(0);
    if (!mayMount()) return;
    expect([...uids]).toEqual([String(image.uid)]);
    expect(Number(status.get('CapBnd'))).toBe(0);
    expect(status.get('NoNewPrivs')).toBe('1');
  });

  test.runIf(mayMount())('finds everything but /tmp read-only', () => {
    const lines = readFileSync(`/proc/${server.child.pid ?? 0}/mounts`, 'utf8').split('\n');
    const optionsOf = (place: string) =>
      lines
        .findLast((line) => line.split(' ')[1] === place)
        ?.split(' ')[3]
        ?.split(',');
    for (const place of ['/', '/srv', '/srv/app', '/run']) {
      expect(optionsOf(place), place).toContain('ro');
    }
    expect(optionsOf('/tmp')).toContain('rw');
  });

  test.each(['', '/mesh'])('answers probes, scrapes and its API below "%s"', async (path) => {
    for (const address of ['/healthz', '/readyz', '/metrics']) {
      expect((await fetch(HOST + path + address)).status, address).toBe(200);
    }
    const status = (await (await fetch(`${HOST}${path}/api/v1/status`)).json()) as unknown;
    expect(status).toMatchObject({
      readOnly: true,
      namespaces: expect.arrayContaining([
        expect.objectContaining({ name: 'bookinfo' }),
      ]) as unknown,
      sources: expect.arrayContaining([
        expect.objectContaining({ source: 'kubernetes', state: 'ok' }),
      ]) as unknown,
    });
  });

  test('serves a page whose files are all there, below its base path', async () => {
    const html = await (await fetch(`${HOST}/mesh`)).text();
    const files = [...html.matchAll(/(?:src|href)="(\/[^"]*\.(?:js|css|svg)[^"]*)"/g)];
    expect(files.length).toBeGreaterThan(5);
    for (const [, path = ''] of files) {
      expect(path.startsWith('/mesh/'), path).toBe(true);
      expect((await fetch(HOST + path)).status, path).toBe(200);
    }
  });

  test('draws the mesh, laid out on a thread of its own', async () => {
    const graph = (await (await fetch(`${HOST}/mesh/api/v1/graph`)).json()) as {
      readonly nodes: readonly unknown[];
    };
    expect(graph.nodes.length).toBeGreaterThan(10);
  });

  test('shows the API server the token of its pod, and no other', () => {
    expect([...proxy.seen]).toEqual(['the pod']);
    expect(proxy.refused()).toBe(0);
  });

  test('holds nothing but the server', () => {
    expect(readdirSync(server.tree).sort()).toEqual(
      ['.next', 'fanari.mjs', 'fanari.mjs.map', 'node_modules', 'package.json'].sort(),
    );
    const development = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
    ) as { readonly devDependencies: Readonly<Record<string, string>> };
    const held = Object.keys(development.devDependencies).filter((name) =>
      existsSync(join(server.tree, 'node_modules', name)),
    );
    expect(held).toEqual([]);
  });

  test('writes one folder for itself, and takes it away when it is ended', async () => {
    expect(readdirSync(server.tmpFolder)).toEqual([expect.stringMatching(/^fanari-/)]);
    expect(stateOf(server.tree)).toEqual(before);
    expect(await server.stop()).toBe(0);
    expect(readdirSync(server.tmpFolder)).toEqual([]);
    expect(server.output()).not.toMatch(/EROFS|EACCES|"level":(50|60)/);
  });
});

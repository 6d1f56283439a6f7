import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startEmbeddedMesh, type EmbeddedMesh } from '@/demo/embedded-mesh';
import { parseDemoOptions } from '@/demo/options';

interface VectorSample {
  readonly metric: Record<string, string>;
  readonly value: [number, string];
}

describe('the embedded mesh', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fanari-test-'));
  let mesh: EmbeddedMesh;

  beforeAll(async () => {
    const kubeconfig = join(folder, 'kubeconfig');
    const argv = ['--history', '3m', '--seed', '5', '--kubeconfig', kubeconfig];
    mesh = await startEmbeddedMesh(parseDemoOptions(argv));
  }, 30_000);

  afterAll(async () => {
    await mesh.close();
    rmSync(folder, { recursive: true });
  });

  const json = async (url: string, init?: RequestInit): Promise<unknown> =>
    (await fetch(url, init)).json();
  const control = (action: string, body?: unknown): Promise<unknown> =>
    json(mesh.addresses.controlUrl + action, { method: 'POST', body: JSON.stringify(body ?? {}) });
  const query = async (expression: string): Promise<VectorSample[]> => {
    const url = `${mesh.addresses.prometheusUrl}/api/v1/query?query=${encodeURIComponent(expression)}`;
    const body = (await json(url)) as { data: { result: VectorSample[] } };
    return body.data.result;
  };
  const canaryShare = async (window: string): Promise<number> => {
    const labels =
      'reporter="source",destination_service_name="reviews",destination_workload=~"reviews-v[12]"';
    const samples = await query(
      `sum by (destination_workload)(rate(istio_requests_total{${labels}}[${window}]))`,
    );
    const rate = (name: string): number =>
      Number(samples.find(({ metric }) => metric['destination_workload'] === name)?.value[1] ?? 0);
    return rate('reviews-v2') / (rate('reviews-v1') + rate('reviews-v2'));
  };

  it('opens with traffic in its past', async () => {
    const share = await canaryShare('2m');
    expect(share).toBeGreaterThan(0.06);
    expect(share).toBeLessThan(0.14);
    const traces = (await json(
      `${mesh.addresses.jaegerUrl}/api/traces?service=productpage.bookinfo`,
    )) as { data: unknown[] };
    expect(traces.data.length).toBeGreaterThan(5);
  });

  it('writes a kubeconfig that only its owner can read', () => {
    const { kubeconfig, kubernetesUrl } = mesh.addresses;
    expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);
    expect(parse(readFileSync(kubeconfig, 'utf8'))).toMatchObject({
      clusters: [{ cluster: { server: kubernetesUrl } }],
    });
  });

  it('shows in stored samples within two seconds that a weight was patched', async () => {
    const path = '/apis/networking.istio.io/v1/namespaces/bookinfo/virtualservices/reviews';
    const patch = [0, 1].map((index) => ({
      op: 'replace',
      path: `/spec/http/1/route/${String(index)}/weight`,
      value: index === 0 ? 0 : 100,
    }));
    const response = await fetch(mesh.addresses.kubernetesUrl + path, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json-patch+json' },
      body: JSON.stringify(patch),
    });
    expect(response.status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const before = await v1Requests();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await v1Requests()).toBe(before);
    expect(before).toBeGreaterThan(0);
  }, 15_000);

  async function v1Requests(): Promise<number> {
    const [sample] = await query(
      'sum(istio_requests_total{reporter="source",source_workload="productpage-v1",destination_workload="reviews-v1"})',
    );
    return Number(sample?.value[1] ?? -1);
  }

  it('goes wrong on demand and recovers', async () => {
    const { prometheusUrl, jaegerUrl, kubernetesUrl } = mesh.addresses;
    await control('/prometheus/fault', { kind: 'unavailable' });
    await control('/jaeger/fault', { kind: 'unavailable' });
    expect((await fetch(`${prometheusUrl}/api/v1/query?query=up`)).status).toBe(503);
    expect((await fetch(`${jaegerUrl}/api/services`)).status).toBe(503);
    await control('/prometheus/fault');
    await control('/jaeger/fault');
    expect((await fetch(`${prometheusUrl}/api/v1/query?query=up`)).status).toBe(200);
    expect((await fetch(`${jaegerUrl}/api/services`)).status).toBe(200);
    const path =
      '/apis/networking.istio.io/v1/namespaces/bookinfo/virtualservices/reviews?dryRun=All';
    const tryLabel = async (): Promise<number> => {
      const response = await fetch(kubernetesUrl + path, {
        method: 'PATCH',
        headers: { 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify({ metadata: { labels: { tried: 'yes' } } }),
      });
      return response.status;
    };
    await control('/kubernetes/webhook', { name: 'freeze.example.com', message: 'not today' });
    expect(await tryLabel()).toBe(403);
    await control('/kubernetes/webhook');
    expect(await tryLabel()).toBe(200);
    await control('/kubernetes/stop');
    await expect(fetch(`${kubernetesUrl}/version`)).rejects.toThrow();
    await control('/kubernetes/start');
    expect((await fetch(`${kubernetesUrl}/version`)).status).toBe(200);
    expect(await control('/kubernetes/expire-history')).toEqual({ ok: true });
    expect(await control('/kubernetes/drop-watches')).toEqual({ ok: true });
  });

  it('names the actions that there are when asked for another', async () => {
    expect(await control('/no-such')).toMatchObject({ error: 'no such action' });
    expect(await control('/jaeger/fault', { kind: 'x' })).toEqual({
      error: 'kind must be one of unavailable, garbage, slow, hang',
    });
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { printTable, type BenchRow } from '@/tests/bench/print-table';
import { withDemo } from '@/tests/support/stack-run';

/** Resident memory of the server as its own metrics tell it, MB. */
async function residentMb(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const bytes = /^\w*process_resident_memory_bytes (\S+)/m.exec(text)?.[1];
  if (bytes === undefined) throw new Error('/metrics does not tell the resident memory');
  return Number(bytes) / 1e6;
}

interface DeploymentList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly namespace: string };
  }[];
}

/** Gives every Deployment this many pods, through the Kubernetes API. */
async function scale(kubernetesUrl: string, replicas: number): Promise<void> {
  const answer = await fetch(`${kubernetesUrl}/apis/apps/v1/deployments`);
  const { items } = (await answer.json()) as DeploymentList;
  for (const { metadata } of items) {
    const path = `/apis/apps/v1/namespaces/${metadata.namespace}/deployments/${metadata.name}`;
    const response = await fetch(kubernetesUrl + path, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ spec: { replicas } }),
    });
    await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
  }
}

async function podCount(controlUrl: string): Promise<number> {
  const state = (await (await fetch(`${controlUrl}/state`)).json()) as { readonly pods: number };
  return state.pods;
}

/** Waits until no more pods appear. */
async function settledPods(controlUrl: string): Promise<number> {
  let before = -1;
  let now = await podCount(controlUrl);
  while (now !== before) {
    before = now;
    await sleep(4000);
    now = await podCount(controlUrl);
  }
  return now;
}

async function measure(services: number | null, replicas: number): Promise<readonly BenchRow[]> {
  const flags = services === null ? [] : ['--services', String(services)];
  return withDemo(flags, async ({ url, kubernetesUrl, controlUrl }) => {
    if (services !== null) await scale(kubernetesUrl, replicas);
    const pods = await settledPods(controlUrl);
    const idle = await residentMb(url);
    await (await fetch(`${url}/api/v1/graph?window=60s`)).text();
    await sleep(5000);
    const viewed = await residentMb(url);
    const aim = services === null ? '–' : 'under 300 MB at 10,000 pods';
    const what = `${pods} pods${services === null ? '' : ` of ${services * 2} workloads`}`;
    return [
      [`${what}, nobody looks`, `${idle.toFixed(0)} MB`, aim],
      [`${what}, after a graph`, `${viewed.toFixed(0)} MB`, aim],
    ];
  });
}

printTable('Resident memory of the server', [
  ...(await measure(null, 1)),
  ...(await measure(500, 10)),
]);

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

async function measure(services: number | null): Promise<readonly BenchRow[]> {
  const flags = services === null ? [] : ['--services', String(services)];
  return withDemo(flags, async ({ url, controlUrl }) => {
    const { pods } = (await (await fetch(`${controlUrl}/state`)).json()) as { pods: number };
    const idle = await residentMb(url);
    await (await fetch(`${url}/api/v1/graph?window=60s`)).text();
    await sleep(5000);
    const viewed = await residentMb(url);
    const aim = services === null ? '–' : 'under 300 MB at 10,000 pods';
    return [
      [`${pods} pods, nobody looks`, `${idle.toFixed(0)} MB`, aim],
      [`${pods} pods, after a graph`, `${viewed.toFixed(0)} MB`, aim],
    ];
  });
}

// Two workloads a service and about 1.5 pods a workload: the first line of the answer tells how many there were.
printTable('Resident memory of the server', [...(await measure(null)), ...(await measure(3300))]);

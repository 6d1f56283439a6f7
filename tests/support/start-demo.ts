import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The embedded mesh, running as a process of its own as it does in `npm run demo`. */
export interface DemoProcess {
  readonly kubernetesUrl: string;
  /** Every cluster by its context. */
  readonly clusters: readonly { readonly name: string; readonly url: string }[];
  readonly prometheusUrl: string;
  readonly jaegerUrl: string;
  readonly controlUrl: string;
  readonly kubeconfig: string;
  /** Posts to the control API, e.g. `/prometheus/fault`. */
  control(path: string, body?: unknown): Promise<void>;
  close(): Promise<void>;
}

interface Addresses {
  readonly kubernetesUrl: string;
  /** Every cluster by its context. */
  readonly clusters: readonly { readonly name: string; readonly url: string }[];
  readonly prometheusUrl: string;
  readonly jaegerUrl: string;
  readonly controlUrl: string;
  readonly kubeconfig: string;
}

/** Starts the embedded mesh on free ports. Rejects with what it wrote when it ends before it is up. */
export async function startDemo(flags: readonly string[] = []): Promise<DemoProcess> {
  const root = join(import.meta.dirname, '../..');
  const child = spawn(process.execPath, ['--import', 'tsx', 'demo/main.ts', ...flags], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8');
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    void exited.then(() => reject(new Error(`the demo ended at once: ${log}`)));
  });
  const addresses = JSON.parse(line) as Addresses;
  return {
    ...addresses,
    async control(path, body = {}) {
      const response = await fetch(`${addresses.controlUrl}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    },
    async close() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

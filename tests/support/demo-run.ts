import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..', '..');
const exitWithParent = pathToFileURL(join(root, 'scripts/lib/exit-with-parent.mjs')).href;

/** Where `npm run demo -- --json` says that everything listens. */
export interface DemoAddresses {
  readonly url: string;
  readonly kubernetesUrl: string;
  /** Every cluster by its context. */
  readonly clusters: readonly { readonly name: string; readonly url: string }[];
  readonly prometheusUrl: string;
  readonly jaegerUrl: string;
  readonly controlUrl: string;
  readonly kubeconfig: string;
}

/** A program of `scripts/` that a test started. */
export interface ScriptRun {
  readonly child: ChildProcess;
  /** What it has printed so far, line by line. */
  readonly output: readonly string[];
  /** Ends it as Ctrl-C would, and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a script of `scripts/` and waits until it printed what `pick` looks for, on either stream. Rejects with its
 * output when it ends before that.
 */
export function startScript<T>(
  script: string,
  args: readonly string[],
  pick: (line: string) => T | null,
): Promise<{ readonly run: ScriptRun; readonly found: T }> {
  const child = spawn(
    process.execPath,
    ['--import', exitWithParent, join(root, 'scripts', script), ...args],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const output: string[] = [];
  const run: ScriptRun = {
    child,
    output,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        output.push(line);
        const found = pick(line);
        if (found !== null) resolve({ run, found });
      });
    }
    void ended.then(() => reject(new Error(`${script} ended early:\n${output.join('\n')}`)));
  });
}

/** Starts `npm run demo` and waits until it serves a live graph. */
export async function startDemoRun(
  args: readonly string[] = [],
): Promise<{ readonly run: ScriptRun; readonly addresses: DemoAddresses }> {
  const { run, found } = await startScript('demo.mjs', ['--json', ...args], (line) =>
    line.startsWith('{"url"') ? (JSON.parse(line) as DemoAddresses) : null,
  );
  return { run, addresses: found };
}

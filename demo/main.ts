import { readFileSync, writeFileSync } from 'node:fs';
import { startEmbeddedMesh, type EmbeddedMesh } from '@/demo/embedded-mesh';
import { DEMO_USAGE, parseDemoOptions, type DemoOptions } from '@/demo/options';
import { removeStaleFolders } from '@/demo/temporary-folder';

/** Says what is wrong on stderr and ends with a failure. */
function fail(error: unknown, usage: string): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exit(1);
}

function readOptions(): DemoOptions {
  try {
    return parseDemoOptions(process.argv.slice(2));
  } catch (error) {
    return fail(error, `${DEMO_USAGE}\n`);
  }
}

const PARENT_CHECK_MS = 1000;

/** Read at the very start: once the parent is gone, the process that adopts this one would pass for it. */
const parent = process.ppid;

/** The command `tsx` stays between this process and the one that asked for it, and outlives that. */
const isWrapped = process.execArgv.some((argument) => /\btsx\b.*\bpreflight\b/.test(argument));
const starter = isWrapped ? parentOf(parent) : null;

/** The parent of a process; `null` where the system does not tell it in `/proc`. */
function parentOf(processId: number): number | null {
  try {
    const stat = readFileSync(`/proc/${String(processId)}/stat`, 'utf8');
    // The name before it is in parentheses and may have some of its own.
    const [, found] = /^ \S+ (\d+)/.exec(stat.slice(stat.lastIndexOf(')') + 1)) ?? [];
    return found === undefined ? null : Number(found);
  } catch {
    return null;
  }
}

function isAbandoned(): boolean {
  return process.ppid !== parent || (starter !== null && parentOf(parent) !== starter);
}

/** Calls `stop` when the process that started this one is gone, however it went; a mesh that nobody stops runs for ever. */
function stopWithParent(stop: () => void): void {
  const timer = setInterval(() => {
    if (!isAbandoned()) return;
    clearInterval(timer);
    stop();
  }, PARENT_CHECK_MS);
  timer.unref();
}

async function run(options: DemoOptions): Promise<void> {
  let mesh: EmbeddedMesh | null = null;
  let isStopping = false;
  const stop = (): void => {
    // Who asks twice does not want to wait.
    if (isStopping) process.exit(1);
    isStopping = true;
    // Before it is up there is nothing to close; what was begun ends with the process.
    void Promise.resolve(mesh?.close()).then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  stopWithParent(stop);
  removeStaleFolders();
  mesh = await startEmbeddedMesh(options);
  const line = `${JSON.stringify(mesh.addresses)}\n`;
  if (options.readyFile !== null) writeFileSync(options.readyFile, line);
  process.stdout.write(line);
}

run(readOptions()).catch((error: unknown) => fail(error, ''));

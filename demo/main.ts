import { writeFileSync } from 'node:fs';
import { startEmbeddedMesh } from '@/demo/embedded-mesh';
import { DEMO_USAGE, parseDemoOptions, type DemoOptions } from '@/demo/options';

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

/** Calls `stop` when the process that started this one is gone, however it went; a mesh that nobody stops runs for ever. */
function stopWithParent(stop: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, PARENT_CHECK_MS);
  timer.unref();
}

async function run(options: DemoOptions): Promise<void> {
  const mesh = await startEmbeddedMesh(options);
  const line = `${JSON.stringify(mesh.addresses)}\n`;
  if (options.readyFile !== null) writeFileSync(options.readyFile, line);
  process.stdout.write(line);
  const stop = (): void => {
    void mesh.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  stopWithParent(stop);
}

run(readOptions()).catch((error: unknown) => fail(error, ''));

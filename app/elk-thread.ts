import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ElkNode } from 'elkjs/lib/elk-api';

/** The process's folder is that of the built server, or the checkout; `next.config.ts` sees that the file is in both. */
const ELK_FILE = ['node_modules', 'elkjs', 'lib', 'elk.bundled.js'];

const SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const ELK = require(workerData);
const elk = new ELK({ algorithms: ['layered'] });
parentPort.on('message', ({ id, problem }) => {
  elk.layout(problem).then(
    (answer) => parentPort.postMessage({ id, answer }),
    () => parentPort.postMessage({ id, answer: null }),
  );
});`;

/** Structures change seldom, and a thread with ELK in it keeps some tens of megabytes. */
const IDLE_MS = 20_000;

interface Reply {
  readonly id: number;
  readonly answer: ElkNode | null;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, (answer: ElkNode | null) => void>;
}

let thread: Thread | null = null;
let serial = 0;
let idle: ReturnType<typeof setTimeout> | undefined;

/**
 * Lays out a problem on a thread of its own, because ELK computes some tenths of a second without a pause and would hold
 * up every stream meanwhile. `null` for what ELK refuses and when the thread cannot be started or dies.
 */
export function elkOnThread(problem: ElkNode): Promise<ElkNode | null> {
  clearTimeout(idle);
  thread ??= startThread();
  const { worker, waiting } = thread;
  serial += 1;
  const id = serial;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    worker.postMessage({ id, problem });
  });
}

function startThread(): Thread {
  const worker = new Worker(SOURCE, {
    eval: true,
    workerData: join(process.cwd(), ...ELK_FILE),
  });
  const started: Thread = { worker, waiting: new Map() };
  worker.unref();
  worker.on('message', ({ id, answer }: Reply) => {
    started.waiting.get(id)?.(answer);
    started.waiting.delete(id);
    if (started.waiting.size > 0) return;
    clearTimeout(idle);
    idle = setTimeout(() => end(started), IDLE_MS).unref();
  });
  worker.on('error', () => end(started));
  worker.on('exit', () => end(started));
  return started;
}

function end(ended: Thread): void {
  if (thread === ended) thread = null;
  for (const resolve of ended.waiting.values()) resolve(null);
  ended.waiting.clear();
  void ended.worker.terminate();
}

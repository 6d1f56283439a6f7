import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const DEMO = ['--import', 'tsx', 'demo/main.ts', '--history', '0s'];

/** Starts the demo as its child, which prints its line, and stays. */
function parentOf(args: readonly string[]): string {
  return `
const { spawn } = require('node:child_process');
spawn(process.execPath, ${JSON.stringify(args)}, { stdio: ['ignore', 'inherit', 'inherit'] });
setInterval(() => undefined, 1000);
`;
}

const WAYS = {
  'as its child': DEMO,
  'through the command tsx': ['node_modules/.bin/tsx', ...DEMO.slice(2)],
};

/** The folder for temporary files of the processes that one test starts. */
let folder = '';
let started: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fanari-test-'));
  started = [];
});

afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Starts Node; the function returned reads its next line of output. */
function start(args: readonly string[]): { child: ChildProcess; nextLine(): Promise<string> } {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
  });
  started.push(child);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return { child, nextLine: async () => String((await lines.next()).value) };
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

async function kubeconfigOf(line: Promise<string>): Promise<string> {
  return (JSON.parse(await line) as { kubeconfig: string }).kubeconfig;
}

/** The folders of demos; other programs also write to the folder for temporary files. */
function leftBehind(): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith('fanari-demo-'));
}

describe.skipIf(process.platform === 'win32')(
  'the process of the demo',
  { timeout: 120_000 },
  () => {
    it.each(Object.entries(WAYS))(
      'ends when the process that started it %s is killed, and leaves no file behind',
      async (_way, args) => {
        const { child: parent, nextLine } = start(['-e', parentOf(args)]);
        const kubeconfig = await kubeconfigOf(nextLine());
        expect(existsSync(kubeconfig)).toBe(true);
        const demo = Number(/-(\d+)-\w+$/.exec(dirname(kubeconfig))?.[1]);
        expect(isRunning(demo)).toBe(true);
        parent.kill('SIGKILL');
        await expect.poll(() => isRunning(demo), { timeout: 30_000 }).toBe(false);
        expect(leftBehind()).toEqual([]);
      },
    );

    it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
      'ends well on %s and leaves no file behind',
      async (signal) => {
        const { child, nextLine } = start(DEMO);
        const kubeconfig = await kubeconfigOf(nextLine());
        expect(dirname(dirname(kubeconfig))).toBe(folder);
        child.kill(signal);
        expect(await once(child, 'exit')).toEqual([0, null]);
        expect(leftBehind()).toEqual([]);
      },
    );

    it('removes what killed demos left behind, and nothing else', async () => {
      const first = start(DEMO);
      const killed = await kubeconfigOf(first.nextLine());
      first.child.kill('SIGKILL');
      await once(first.child, 'exit');
      expect(existsSync(killed)).toBe(true);
      const alive = `fanari-demo-${hostname().replaceAll(/[^\w.]/g, '_')}-${process.pid}-abcdef`;
      const elsewhere = `fanari-demo-another.machine-${first.child.pid}-abcdef`;
      for (const name of [alive, elsewhere]) {
        mkdirSync(join(folder, name));
        writeFileSync(join(folder, name, 'kubeconfig'), '');
      }
      const second = start(DEMO);
      await second.nextLine();
      expect(existsSync(killed)).toBe(false);
      expect(leftBehind()).toEqual(expect.arrayContaining([alive, elsewhere]));
    });
  },
);

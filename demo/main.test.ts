import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';

/** Starts the demo as its child and prints the child's id and the line that it prints. */
const PARENT = `
const { spawn } = require('node:child_process');
const child = spawn(process.execPath, ['--import', 'tsx', 'demo/main.ts', '--history', '0s'], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
console.log(child.pid);
setInterval(() => undefined, 1000);
`;

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

it.skipIf(process.platform === 'win32')(
  'ends when the process that started it is killed',
  { timeout: 120_000 },
  async () => {
    const parent = spawn(process.execPath, ['-e', PARENT], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface(parent.stdout)[Symbol.asyncIterator]();
    const child = Number((await lines.next()).value);
    expect(String((await lines.next()).value)).toContain('kubernetesUrl');
    expect(isRunning(child)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isRunning(child), { timeout: 30_000 }).toBe(false);
  },
);

import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A real component that runs as a process of its own, and can be killed and started again as it was. */
export class Program {
  private child: ChildProcess | null = null;
  private exited: Promise<void> = Promise.resolve();
  private readonly logFile: string;
  private readonly killAtExit = (): void => {
    this.child?.kill('SIGKILL');
  };

  /** `folder` takes its log and the file that names its process. */
  constructor(
    private readonly name: string,
    private readonly command: string,
    private readonly args: readonly string[],
    private readonly folder: string,
    private readonly env: Readonly<Record<string, string>> = {},
  ) {
    this.logFile = join(folder, `${name}.log`);
  }

  /** Starts it and waits until `isReady`. Rejects with the end of its log when it ends first, or after a minute. */
  async start(isReady: () => Promise<boolean>): Promise<void> {
    const child = spawn(this.command, this.args, {
      cwd: this.folder,
      env: { NODE_ENV: 'test', PATH: process.env['PATH'], HOME: this.folder, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const log = createWriteStream(this.logFile, { flags: 'a' });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    process.once('exit', this.killAtExit);
    const mark = join(process.env['REAL_FOLDER'] ?? this.folder, `${child.pid ?? 0}.pid`);
    writeFileSync(mark, this.command);
    this.exited = new Promise((resolve) => {
      child.once('close', () => {
        rmSync(mark, { force: true });
        process.off('exit', this.killAtExit);
        log.end();
        this.child = null;
        resolve();
      });
    });
    child.once('error', (error) => log.write(error.message));
    await this.waitFor(isReady);
  }

  /** The last lines that it wrote. */
  async log(lines = 40): Promise<string> {
    const text = await readFile(this.logFile, 'utf8').catch(() => '');
    return text.split('\n').slice(-lines).join('\n');
  }

  /** Ends it and waits until it is gone. `SIGKILL` is how a crash looks. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (child === null) return;
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await this.exited;
    clearTimeout(timer);
  }

  private async waitFor(isReady: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 120_000;
    while (!(await isReady())) {
      if (this.child === null || Date.now() > deadline) {
        const how = this.child === null ? 'ended' : 'was not ready in two minutes';
        throw new Error(`${this.name} ${how}:\n${await this.log()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Ports on loopback that nobody listens on, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(
    servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
  );
  return ports;
}

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@/tests/support/start-fanari';

/** Debian keeps it where only root's PATH leads. */
const SBIN = '/usr/sbin/nginx';

/** A running nginx. */
export interface Nginx {
  /** Takes up another configuration as `nginx -s reload` does: open connections are finished by the old one. */
  reload(http: string): Promise<void>;
  /** Its error log, without what is below `warn`. */
  log(): string;
  close(): Promise<void>;
}

/**
 * Starts the nginx of the system with this inside its `http` block, and waits until it listens on `ports` of loopback.
 * Throws, naming the package, when there is none.
 */
export async function startNginx(http: string, ports: readonly number[]): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
  const file = join(folder, 'nginx.conf');
  await writeFile(file, configuration(folder, http));
  const program = existsSync(SBIN) ? SBIN : 'nginx';
  const logFile = join(folder, 'error.log');
  const child = spawn(program, ['-p', folder, '-c', file, '-e', logFile], { stdio: 'ignore' });
  const log = () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '');
  let failure: Error | null = null;
  child.once('error', (cause) => {
    failure = new Error('nginx is not installed: on Debian, apt-get install nginx-light', {
      cause,
    });
  });
  const close = async () => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until('nginx to listen', async () => {
      if (failure !== null) throw failure;
      if (child.exitCode !== null) throw new Error(`nginx ended at once: ${log()}`);
      return (await Promise.all(ports.map(listens))).every(Boolean);
    });
  } catch (caught) {
    await close();
    throw caught;
  }
  return {
    close,
    log,
    reload: async (next) => {
      await writeFile(file, configuration(folder, next));
      child.kill('SIGHUP');
    },
  };
}

function configuration(folder: string, http: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  );
  return `
    daemon off;
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    worker_processes 2;
    pid ${join(folder, 'nginx.pid')};
    error_log ${join(folder, 'error.log')} warn;
    events { worker_connections 512; }
    http {
      access_log off;
      ${temporary.join('\n')}
      ${http}
    }`;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

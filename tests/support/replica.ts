import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readDockerfile } from '@/tests/support/dockerfile';
import { until } from '@/tests/support/start-fanari';

const exitWithParent = pathToFileURL(
  join(import.meta.dirname, '..', '..', 'scripts/lib/exit-with-parent.mjs'),
).href;

const START_LIMIT_MS = 90_000;

/** The built server as one process, started by the command of the image, without what `npm start` puts around it. */
export class Replica {
  readonly url: string;
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;
  private text = '';

  private constructor(
    readonly port: number,
    environment: Readonly<Record<string, string>>,
  ) {
    const image = readDockerfile();
    const [program, ...args] = image.command;
    if (program !== 'node') throw new Error(`The image starts ${program ?? 'nothing'}, not node`);
    this.url = `http://127.0.0.1:${port}`;
    this.child = spawn(process.execPath, ['--import', exitWithParent, ...args], {
      cwd: image.tree,
      env: {
        PATH: process.env['PATH'],
        ...{ ...image.environment, NODE_ENV: 'production' },
        FANARI_HOST: '127.0.0.1',
        ...environment,
        FANARI_PORT: String(port),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.text += chunk.toString('utf8')));
    }
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  /** Starts a replica and waits until `/readyz` says that it may be sent requests. */
  static async start(
    port: number,
    environment: Readonly<Record<string, string>>,
  ): Promise<Replica> {
    const replica = new Replica(port, environment);
    try {
      await until('readiness', async () => replica.isReady(), START_LIMIT_MS);
    } catch (cause) {
      await replica.end('SIGKILL');
      throw new Error(`a replica did not become ready:\n${replica.text}`, { cause });
    }
    return replica;
  }

  /** What a readiness probe finds. */
  async isReady(): Promise<boolean> {
    return fetch(`${this.url}/readyz`).then(
      async ({ ok, body }) => {
        await body?.cancel();
        return ok;
      },
      () => false,
    );
  }

  /** Lines of its log that tell of writes. */
  audit(): readonly Readonly<Record<string, unknown>>[] {
    return this.text
      .split('\n')
      .filter((line) => line.includes('"audit":true'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** A metric of its own without labels. */
  async metric(name: string): Promise<number> {
    const page = await (await fetch(`${this.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(page)?.[1] ?? 'NaN');
  }

  /** Sends the signal and waits until it is gone; gives its exit code, `null` after SIGKILL. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** Settings of a server that watches a demo, as the environment of its process. */
export function demoEnvironment(demo: {
  readonly kubeconfig: string;
  readonly prometheusUrl: string;
  readonly jaegerUrl: string;
}): Readonly<Record<string, string>> {
  return {
    FANARI_KUBECONFIG: demo.kubeconfig,
    FANARI_PROMETHEUS_URL: demo.prometheusUrl,
    FANARI_JAEGER_URL: demo.jaegerUrl,
    FANARI_REFRESH: '1s',
    FANARI_LOG_LEVEL: 'error',
  };
}

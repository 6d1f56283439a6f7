import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@/tests/support/free-port';

/** What a VictoriaMetrics is started with. */
export interface VictoriaMetricsOptions {
  /** History to begin with: OpenMetrics text with timestamps in seconds. */
  readonly openMetrics?: string;
  /** A `/metrics` page to scrape every second; its timestamps and labels are kept as they are. */
  readonly scrapeUrl?: string;
}

/** A running VictoriaMetrics. */
export interface VictoriaMetrics {
  /** Without a slash at the end. */
  readonly url: string;
  /** Ends the process and removes its data. */
  close(): Promise<void>;
}

const START_LIMIT_MS = 30_000;

/**
 * Starts the VictoriaMetrics of the Debian package on a free loopback port and waits until it is ready. Throws, naming
 * the package, when it is not installed.
 */
export async function startVictoriaMetrics(
  options: VictoriaMetricsOptions,
): Promise<VictoriaMetrics> {
  const { error } = spawnSync('victoria-metrics', ['--version'], { stdio: 'ignore' });
  if (error !== undefined) {
    throw new Error(
      'victoria-metrics is not installed: this test reads from a real VictoriaMetrics; install the package "victoria-metrics" (apt-get install victoria-metrics)',
      { cause: error },
    );
  }
  const directory = await mkdtemp(join(tmpdir(), 'victoria-metrics-'));
  const config = join(directory, 'scrape.json');
  await writeFile(config, JSON.stringify(scrapeConfig(options.scrapeUrl)));
  const port = await freePort();
  const process = spawn(
    'victoria-metrics',
    [
      `-storageDataPath=${join(directory, 'data')}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      `-promscrape.config=${config}`,
      '-retentionPeriod=100y',
      '-loggerLevel=ERROR',
    ],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    await end(process);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await untilReady(url, process);
    if (options.openMetrics !== undefined) await importHistory(url, options.openMetrics);
  } catch (caught) {
    await close();
    throw caught;
  }
  return { url, close };
}

function scrapeConfig(scrapeUrl: string | undefined): object {
  if (scrapeUrl === undefined) return { scrape_configs: [] };
  const { host, pathname } = new URL(scrapeUrl);
  return {
    global: { scrape_interval: '1s' },
    scrape_configs: [
      {
        job_name: 'embedded',
        honor_timestamps: true,
        honor_labels: true,
        metrics_path: pathname,
        static_configs: [{ targets: [host] }],
      },
    ],
  };
}

async function importHistory(url: string, openMetrics: string): Promise<void> {
  // The same text as in Prometheus's older format, whose timestamps are milliseconds.
  const lines = openMetrics
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) =>
      line.replace(/ ([\d.]+)$/, (_, seconds: string) => ` ${Math.round(Number(seconds) * 1000)}`),
    );
  const path = `${url}/api/v1/import/prometheus`;
  const response = await fetch(path, { method: 'POST', body: lines.join('\n') });
  if (!response.ok) throw new Error(`VictoriaMetrics did not import: ${await response.text()}`);
  // What was imported shows only after this.
  await fetch(`${url}/internal/force_flush`);
}

async function untilReady(url: string, process: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    if (process.exitCode !== null) throw new Error('victoria-metrics ended at once');
    const isReady = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`victoria-metrics was not ready after ${START_LIMIT_MS} ms`);
}

async function end(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const ended = new Promise((resolve) => process.once('exit', resolve));
  process.kill('SIGTERM');
  const timer = setTimeout(() => process.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}

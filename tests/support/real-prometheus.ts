import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@/tests/support/free-port';

/** What a real Prometheus is started with; at least one of the first two. */
export interface RealPrometheusOptions {
  /** History to begin with: OpenMetrics text with timestamps, ending in `# EOF`. */
  readonly openMetrics?: string;
  /**
   * A `/metrics` page to scrape. Its timestamps and labels are kept as they are, without the `job` and `instance` that a
   * scrape adds; only Prometheus's own `up` and `scrape_*` have those.
   */
  readonly scrapeUrl?: string;
  /** Time between scrapes, milliseconds; default 200. */
  readonly scrapeIntervalMs?: number;
}

/** A running Prometheus. */
export interface RealPrometheus {
  /** Without a slash at the end. */
  readonly url: string;
  /** Ends the process and removes its data. */
  close(): Promise<void>;
}

const START_LIMIT_MS = 30_000;

/**
 * Starts the Prometheus of the Debian package on a free loopback port and waits until it is ready. Throws, naming the
 * package, when `prometheus` or `promtool` is not installed.
 */
export async function startRealPrometheus(options: RealPrometheusOptions): Promise<RealPrometheus> {
  needProgram('prometheus');
  needProgram('promtool');
  const directory = await mkdtemp(join(tmpdir(), 'real-prometheus-'));
  const port = await freePort();
  if (options.openMetrics !== undefined) await importHistory(directory, options.openMetrics);
  const config = join(directory, 'prometheus.yml');
  await writeFile(config, configYaml(options));
  const process = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const url = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    await end(process);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await untilReady(url, process);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, close };
}

function needProgram(name: string): void {
  const { error } = spawnSync(name, ['--version'], { stdio: 'ignore' });
  if (error !== undefined) {
    throw new Error(
      `${name} is not installed: this test compares with a real Prometheus; install the package "prometheus" (apt-get install prometheus)`,
      { cause: error },
    );
  }
}

async function importHistory(directory: string, openMetrics: string): Promise<void> {
  const file = join(directory, 'history.txt');
  await writeFile(file, openMetrics);
  const data = join(directory, 'data');
  const arguments_ = ['tsdb', 'create-blocks-from', 'openmetrics', file, data];
  const { status, stderr } = spawnSync('promtool', arguments_, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`promtool could not import the history: ${stderr}`);
}

function configYaml({ scrapeUrl, scrapeIntervalMs = 200 }: RealPrometheusOptions): string {
  const lines = ['global:', '  evaluation_interval: 1m'];
  if (scrapeUrl !== undefined) {
    const { host, pathname } = new URL(scrapeUrl);
    lines.push(
      'scrape_configs:',
      '  - job_name: embedded',
      '    honor_timestamps: true',
      '    honor_labels: true',
      `    scrape_interval: ${scrapeIntervalMs}ms`,
      `    scrape_timeout: ${scrapeIntervalMs}ms`,
      `    metrics_path: ${pathname}`,
      '    static_configs:',
      `      - targets: ['${host}']`,
      '    metric_relabel_configs:',
      "      - {source_labels: [job], regex: embedded, target_label: job, replacement: ''}",
      `      - {source_labels: [instance], regex: '${host}', target_label: instance, replacement: ''}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

async function untilReady(url: string, process: ChildProcess): Promise<void> {
  let log = '';
  process.stderr?.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString('utf8')).slice(-4000);
  });
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    if (process.exitCode !== null) throw new Error(`prometheus ended at once: ${log}`);
    const isReady = await fetch(`${url}/-/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`prometheus was not ready after ${START_LIMIT_MS} ms: ${log}`);
}

async function end(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const ended = new Promise((resolve) => process.once('exit', resolve));
  process.kill('SIGTERM');
  const timer = setTimeout(() => process.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}

import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, Program } from '@/tests/real/cluster/program';
import { environment } from '@/tests/real/cluster/environment';

/** A Prometheus of the system, which scrapes one page every second as it scrapes proxies: by its own clock. */
export class Prometheus {
  private constructor(
    private readonly program: Program,
    /** Without a slash at the end. */
    readonly url: string,
  ) {}

  /** Labels on the page are kept; `metricsUrl` is the page. */
  static async start(metricsUrl: string): Promise<Prometheus> {
    const folder = mkdtempSync(join(environment('REAL_FOLDER'), 'prometheus-'));
    const [port = 0] = await freePorts(1);
    const config = join(folder, 'prometheus.json');
    writeFileSync(config, JSON.stringify(configFor(new URL(metricsUrl))));
    const flags = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    const program = new Program('prometheus', 'prometheus', flags, folder);
    const url = `http://127.0.0.1:${port}`;
    await program.start(async () => (await fetch(`${url}/-/ready`).catch(() => null))?.ok === true);
    return new Prometheus(program, url);
  }

  stop(): Promise<void> {
    return this.program.stop('SIGKILL');
  }
}

/** JSON is YAML. */
function configFor({ host, pathname }: URL): object {
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s' },
    scrape_configs: [
      {
        job_name: 'proxies',
        honor_labels: true,
        honor_timestamps: false,
        metrics_path: pathname,
        static_configs: [{ targets: [host] }],
      },
    ],
  };
}

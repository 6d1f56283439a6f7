import { parseArgs } from 'node:util';

/** How the embedded mesh is to be started. Ports: 0 takes a free one. */
export interface DemoOptions {
  /** `null`: the standard scenario; else the number of generated services. */
  readonly services: number | null;
  /** 2: a second cluster beside the standard mesh. */
  readonly clusters: 1 | 2;
  readonly seed: number;
  readonly host: string;
  readonly kubernetesPort: number;
  readonly prometheusPort: number;
  readonly jaegerPort: number;
  readonly controlPort: number;
  readonly scrapeIntervalMs: number;
  /** How far the simulated past reaches back at start. */
  readonly historyMs: number;
  /** Where the kubeconfig is written; `null`: a new file in the folder for temporary files. */
  readonly kubeconfig: string | null;
  /** Also writes the line that is printed when everything is up to this file; `null`: not. */
  readonly readyFile: string | null;
}

/** Beyond it samples of every series each second would take most of the start, and leave only minutes in memory. */
const MOST_SERVICES_A_SECOND = 1000;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Usage, one flag a line. */
export const DEMO_USAGE = `Usage: tsx demo/main.ts [flags]
  --services N            generate N services instead of the standard mesh
  --clusters 2            a second cluster of the same mesh; not with --services
  --seed S                same seed, same mesh and traffic (default 1)
  --host H                address to listen on (default 127.0.0.1)
  --kubernetes-port P     0 takes a free port (default), likewise below
  --prometheus-port P
  --jaeger-port P
  --control-port P
  --scrape-interval D     time between samples (default 1s; 5s with --services above 1000)
  --history D             simulated past at start (default 30m; 10m with --services)
  --kubeconfig FILE       where to write it (default: in the temporary folder)
  --ready-file FILE       also write the printed line to this file
  --print-json            accepted; the line is always printed`;

/** Reads the command line. Throws an `Error` that names the flag and what was wrong with it. */
export function parseDemoOptions(argv: readonly string[]): DemoOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      services: text,
      clusters: text,
      seed: text,
      host: text,
      'kubernetes-port': text,
      'prometheus-port': text,
      'jaeger-port': text,
      'control-port': text,
      'scrape-interval': text,
      history: text,
      kubeconfig: text,
      'ready-file': text,
      'print-json': { type: 'boolean' },
    },
  });
  const port = (
    name: 'kubernetes-port' | 'prometheus-port' | 'jaeger-port' | 'control-port',
  ): number => wholeNumber(name, values[name] ?? '0', 0, 65_535);
  const services =
    values.services === undefined ? null : wholeNumber('services', values.services, 1, 20_000);
  const clusters = wholeNumber('clusters', values.clusters ?? '1', 1, 2) === 2 ? 2 : 1;
  if (clusters === 2 && services !== null) {
    throw new Error(
      '--clusters: only the standard mesh has a second cluster, so not with --services',
    );
  }
  return {
    services,
    clusters,
    seed: wholeNumber('seed', values.seed ?? '1', 0, 4_294_967_295),
    host: values.host ?? '127.0.0.1',
    kubernetesPort: port('kubernetes-port'),
    prometheusPort: port('prometheus-port'),
    jaegerPort: port('jaeger-port'),
    controlPort: port('control-port'),
    scrapeIntervalMs: duration(
      'scrape-interval',
      values['scrape-interval'] ??
        (services !== null && services > MOST_SERVICES_A_SECOND ? '5s' : '1s'),
      250,
    ),
    historyMs: duration('history', values.history ?? (services === null ? '30m' : '10m'), 0),
    kubeconfig: values.kubeconfig ?? null,
    readyFile: values['ready-file'] ?? null,
  };
}

function wholeNumber(flag: string, text: string, from: number, to: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < from || value > to) {
    throw new Error(
      `--${flag}: expected a whole number from ${String(from)} to ${String(to)}, got "${text}"`,
    );
  }
  return value;
}

function duration(flag: string, text: string, atLeastMs: number): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  const value = match === null ? NaN : Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? NaN);
  if (Number.isNaN(value) || value < atLeastMs) {
    throw new Error(
      `--${flag}: expected a duration such as 5s of at least ${String(atLeastMs)}ms, got "${text}"`,
    );
  }
  return value;
}

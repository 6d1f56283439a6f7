import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '@/tests/real/cluster/environment';
import { freePorts, Program } from '@/tests/real/cluster/program';

/** The two Jaegers that people run: the one-process v1, at its end of life, and v2, an OpenTelemetry collector. */
export type JaegerGeneration = 'v1' | 'v2';

/** A Jaeger that keeps traces in memory. */
export class Jaeger {
  private constructor(
    private readonly program: Program,
    /** Of its query service, without a slash at the end. */
    readonly url: string,
    /** Where it takes spans: OTLP over HTTP. */
    readonly otlpUrl: string,
  ) {}

  static async start(generation: JaegerGeneration = 'v2'): Promise<Jaeger> {
    const folder = mkdtempSync(join(environment('REAL_FOLDER'), 'jaeger-'));
    const [query = 0, otlp = 0, ...others] = await freePorts(7);
    const [args, env] =
      generation === 'v2'
        ? [[`--config=${configFile(folder, query, otlp, others)}`], {}]
        : [flags(query, otlp, others), { SPAN_STORAGE_TYPE: 'memory' }];
    const name = `jaeger-${generation}`;
    const command = join(environment(`REAL_JAEGER_${generation.toUpperCase()}`), name);
    const program = new Program(name, command, args, folder, env);
    const url = `http://127.0.0.1:${query}`;
    const otlpUrl = `http://127.0.0.1:${otlp}/v1/traces`;
    await program.start(
      async () => (await isAnswered(`${url}/api/services`)) && (await takesSpans(otlpUrl)),
    );
    return new Jaeger(program, url, otlpUrl);
  }

  stop(): Promise<void> {
    return this.program.stop('SIGKILL');
  }
}

async function isAnswered(url: string): Promise<boolean> {
  return (await fetch(url).catch(() => null))?.ok === true;
}

async function takesSpans(url: string): Promise<boolean> {
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(url, { method: 'POST', headers, body: '{}' }).catch(() => null);
  return reply?.ok === true;
}

const at = (port: number | undefined) => `127.0.0.1:${port ?? 0}`;

/** v1 opens every door unless it is told another. */
function flags(query: number, otlp: number, others: readonly number[]): readonly string[] {
  const [queryGrpc, admin, otlpGrpc, grpc, http] = others;
  return [
    `--query.http-server.host-port=${at(query)}`,
    `--query.grpc-server.host-port=${at(queryGrpc)}`,
    `--admin.http.host-port=${at(admin)}`,
    `--collector.otlp.http.host-port=${at(otlp)}`,
    `--collector.otlp.grpc.host-port=${at(otlpGrpc)}`,
    `--collector.grpc-server.host-port=${at(grpc)}`,
    `--collector.http-server.host-port=${at(http)}`,
  ];
}

function configFile(
  folder: string,
  query: number,
  otlp: number,
  [queryGrpc]: readonly number[],
): string {
  const file = join(folder, 'jaeger.json');
  const config = {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } },
    },
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: 10_000 } } } },
      jaeger_query: {
        storage: { traces: 'memory' },
        http: { endpoint: at(query) },
        grpc: { endpoint: at(queryGrpc) },
      },
    },
    receivers: { otlp: { protocols: { http: { endpoint: at(otlp) } } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

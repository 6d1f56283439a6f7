import { startScript } from '@/tests/support/demo-run';
import { freePorts } from '@/tests/real/cluster/program';

/** Fanari as `npm start` starts it, and its REST API. */
export interface RestServer {
  readonly url: string;
  get(path: string): Promise<RestReply>;
  post(path: string, body: unknown): Promise<RestReply>;
  /** Lines of its log that tell of writes. */
  audit(): readonly Record<string, unknown>[];
  stop(): Promise<void>;
}

/** What Fanari answered. */
export interface RestReply {
  readonly status: number;
  readonly body: unknown;
}

/** Runs `npm start` on a cluster and waits until it is ready to serve. */
export async function startRestServer(
  kubeconfig: string,
  flags: readonly string[] = [],
): Promise<RestServer> {
  const [port = 0] = await freePorts(1);
  const { run, found: url } = await startScript(
    'start.mjs',
    ['--kubeconfig', kubeconfig, '--port', String(port), ...flags],
    (line) => /^Fanari listens at (\S+)/.exec(line)?.[1] ?? null,
  );
  const reply = async (response: Response): Promise<RestReply> => ({
    status: response.status,
    body: (await response.json()) as unknown,
  });
  return {
    url,
    get: async (path) => reply(await fetch(url + path)),
    post: async (path, body) =>
      reply(
        await fetch(url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      ),
    audit: () =>
      run.output
        .filter((line) => line.includes('"audit":true'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    stop: () => run.stop(),
  };
}

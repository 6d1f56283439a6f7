import type { LogProvider } from '@/demo/kubernetes/pod-logs';

/** One request that a proxy saw, as far as its access log shows it. */
export interface AccessLogEntry {
  readonly namespace: string;
  readonly pod: string;
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly protocol: string;
  /** 0 when the client went away before an answer. */
  readonly code: number;
  /** Envoy response flags such as `UH`, or `-`. */
  readonly flags: string;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly durationMs: number;
  readonly requestId: string;
  readonly authority: string;
  readonly upstreamAddress: string;
  /** e.g. `outbound|9080|v1|reviews.bookinfo.svc.cluster.local` */
  readonly upstreamCluster: string;
}

/** Subscribes to the requests of the whole mesh; returns the unsubscribe. */
export type AccessLogSource = (listener: (entry: AccessLogEntry) => void) => () => void;

const KEPT_LINES = 500;

/** A line in Istio's default text format, after the time stamp that the container runtime puts in front. */
export function formatAccessLog(entry: AccessLogEntry): string {
  const stamp = new Date(entry.atMs).toISOString();
  const request = `"${entry.method} ${entry.path} ${entry.protocol}"`;
  const upstreamMs = Math.max(0, entry.durationMs - 1);
  return (
    `${stamp} [${stamp}] ${request} ${entry.code} ${entry.flags} via_upstream - "-" ` +
    `${entry.bytesReceived} ${entry.bytesSent} ${Math.round(entry.durationMs)} ${Math.round(upstreamMs)} ` +
    `"-" "-" "${entry.requestId}" "${entry.authority}" "${entry.upstreamAddress}" ${entry.upstreamCluster} - - - - -`
  );
}

/**
 * Log lines of `istio-proxy` containers made from the requests that `source` reports; the newest 500 lines of each pod
 * are kept. Other containers are silent.
 */
export class AccessLogs implements LogProvider {
  readonly #lines = new Map<string, string[]>();
  readonly #listeners = new Map<string, Set<(line: string) => void>>();
  readonly #stop: () => void;

  constructor(source: AccessLogSource) {
    this.#stop = source((entry) => this.#add(entry));
  }

  lines(namespace: string, pod: string, container: string): readonly string[] {
    return container === 'istio-proxy' ? (this.#lines.get(`${namespace}/${pod}`) ?? []) : [];
  }

  follow(
    namespace: string,
    pod: string,
    container: string,
    listener: (line: string) => void,
  ): () => void {
    if (container !== 'istio-proxy') return () => undefined;
    const key = `${namespace}/${pod}`;
    const listeners = this.#listeners.get(key) ?? new Set<(line: string) => void>();
    this.#listeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(key);
    };
  }

  /** Stops listening to the source. */
  close(): void {
    this.#stop();
  }

  #add(entry: AccessLogEntry): void {
    const key = `${entry.namespace}/${entry.pod}`;
    const line = formatAccessLog(entry);
    const lines = this.#lines.get(key) ?? [];
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    this.#lines.set(key, lines);
    for (const listener of this.#listeners.get(key) ?? []) listener(line);
  }
}

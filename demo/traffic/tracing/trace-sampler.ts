import type { AccessLogEntry, AccessLogSource } from '@/demo/kubernetes/access-log';
import type { TraceStore } from '@/demo/jaeger/trace-store';
import type { FlowPlan, RuntimeEffects } from '@/demo/traffic/flow/flow-plan';
import { SeededRandom } from '@/demo/traffic/seeded-random';
import type { Hop } from '@/demo/traffic/tracing/hop';
import { hopsToLogEntries } from '@/demo/traffic/tracing/hops-to-log-entries';
import { hopsToSpans } from '@/demo/traffic/tracing/hops-to-spans';
import { RequestWalker } from '@/demo/traffic/tracing/walk-request';

/** Follows some of the simulated requests one by one, for traces and for the access logs of proxies. */
export class TraceSampler {
  private readonly random: SeededRandom;
  private readonly walker: RequestWalker;
  private readonly listeners = new Set<(entry: AccessLogEntry) => void>();

  constructor(
    private readonly store: TraceStore,
    seed: number,
  ) {
    this.random = new SeededRandom(seed ^ 0x7ace);
    this.walker = new RequestWalker(this.random);
  }

  /** Subscribes to the access log lines of all proxies. */
  readonly accessLog: AccessLogSource = (listener) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** From now on requests meet the full pools and ejected pods of this traffic. */
  follow(effects: RuntimeEffects): void {
    this.walker.follow(effects);
  }

  /** Traces about `tracesPerSecond` transactions that began in the `seconds` before `atMs`, spread over the sources. */
  sample(plan: FlowPlan, atMs: number, seconds: number, tracesPerSecond: number): void {
    const total = plan.sources.reduce((sum, { source }) => sum + source.ratePerSecond, 0);
    for (const { source, roots } of plan.sources) {
      const share = total > 0 ? source.ratePerSecond / total : 0;
      const count = this.random.poisson(tracesPerSecond * seconds * share);
      const counts = this.random.multinomial(
        roots.length === 0 ? 0 : count,
        roots.map((root) => root.share),
      );
      roots.forEach(({ call }, index) => {
        for (let left = counts[index] ?? 0; left > 0; left -= 1) {
          this.record(this.walker.walk(call, atMs - this.random.next() * seconds * 1000));
        }
      });
    }
  }

  private record(hops: readonly Hop[]): void {
    const spans = hopsToSpans(hops, this.random);
    if (spans.length === 0) return;
    this.store.add(spans);
    for (const entry of hopsToLogEntries(
      hops,
      String(spans[0]?.tags['guid:x-request-id'] ?? '-'),
    )) {
      this.listeners.forEach((listener) => listener(entry));
    }
  }
}

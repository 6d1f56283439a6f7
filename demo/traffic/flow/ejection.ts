import type { FlowGroup } from '@/demo/traffic/flow/flow-plan';
import type { OutlierPolicy } from '@/demo/traffic/routing/client-policy';
import type { SeededRandom } from '@/demo/traffic/seeded-random';

interface PodRecord {
  /** When the last ejection ends; 0 when there was none. */
  untilMs: number;
  times: number;
  /** Tries since the last one that was no such error, while all of them were. */
  errorsInRow: number;
  gatewayErrorsInRow: number;
}

/** What the tries at one group came to during a step, as outlier detection counts them. */
export interface GroupTries {
  readonly group: FlowGroup;
  readonly tries: number;
  /** Answers 5xx and connections that failed. */
  readonly errors: number;
  /** Those among them that were 502, 503 or 504. */
  readonly gatewayErrors: number;
}

/** Outlier detection of every client: which pods it keeps away from, and until when. Survives a new plan. */
export class Ejection {
  private readonly pods = new Map<string, PodRecord>();

  constructor(private readonly random: SeededRandom) {}

  /** Pods of each group that take part at `atMs`: all of them when too few would be left (panic). */
  available(
    clusterKey: string,
    policy: OutlierPolicy,
    groups: readonly FlowGroup[],
    atMs: number,
  ): number[] {
    const healthy = this.healthy(clusterKey, groups, atMs);
    const total = groups.reduce((sum, group) => sum + group.pods.length, 0);
    const left = healthy.reduce((sum, count) => sum + count, 0);
    return left < total * policy.minHealthy ? groups.map((group) => group.pods.length) : healthy;
  }

  /**
   * Counts errors in a row as long as every try fails; where only some do, a pod is ejected with the probability that a run
   * long enough occurred among its share of the tries.
   */
  observe(
    clusterKey: string,
    policy: OutlierPolicy,
    groups: readonly FlowGroup[],
    observed: GroupTries,
    atMs: number,
  ): void {
    if (observed.tries === 0) return;
    const total = groups.reduce((sum, candidate) => sum + candidate.pods.length, 0);
    const allowed = Math.max(1, Math.floor(total * policy.maxEjected));
    let ejected =
      total - this.healthy(clusterKey, groups, atMs).reduce((sum, count) => sum + count, 0);
    for (const pod of observed.group.pods) {
      const record = this.recordOf(`${clusterKey}|${pod.namespace}/${pod.name}`);
      if (record.untilMs > atMs || !this.failsEnough(record, policy, observed)) continue;
      if (ejected >= allowed) return;
      record.times += 1;
      record.untilMs = atMs + policy.baseEjectionMs * record.times;
      record.errorsInRow = 0;
      record.gatewayErrorsInRow = 0;
      ejected += 1;
    }
  }

  private recordOf(key: string): PodRecord {
    const record = this.pods.get(key) ?? {
      untilMs: 0,
      times: 0,
      errorsInRow: 0,
      gatewayErrorsInRow: 0,
    };
    this.pods.set(key, record);
    return record;
  }

  private failsEnough(record: PodRecord, policy: OutlierPolicy, observed: GroupTries): boolean {
    const { tries, errors, gatewayErrors } = observed;
    const perPod = tries / observed.group.pods.length;
    record.errorsInRow = errors === tries ? record.errorsInRow + perPod : 0;
    record.gatewayErrorsInRow = gatewayErrors === tries ? record.gatewayErrorsInRow + perPod : 0;
    return (
      this.hasRun(policy.consecutive5xx, record.errorsInRow, errors / tries, perPod) ||
      this.hasRun(
        policy.consecutiveGateway,
        record.gatewayErrorsInRow,
        gatewayErrors / tries,
        perPod,
      )
    );
  }

  private hasRun(
    threshold: number | null,
    inRow: number,
    errorRatio: number,
    perPod: number,
  ): boolean {
    if (threshold === null || errorRatio === 0) return false;
    if (inRow > 0) return inRow >= threshold;
    const runs = Math.max(0, perPod - threshold) * errorRatio ** threshold;
    return this.random.next() < 1 - Math.exp(-runs);
  }

  private healthy(clusterKey: string, groups: readonly FlowGroup[], atMs: number): number[] {
    return groups.map(
      (group) =>
        group.pods.filter(
          (pod) => !this.isEjected(`${clusterKey}|${pod.namespace}/${pod.name}`, atMs),
        ).length,
    );
  }

  private isEjected(key: string, atMs: number): boolean {
    const entry = this.pods.get(key);
    return entry !== undefined && entry.untilMs > atMs;
  }
}

import type { FlowGroup } from '@/demo/traffic/flow/flow-plan';
import type { OutlierPolicy } from '@/demo/traffic/routing/client-policy';
import type { SeededRandom } from '@/demo/traffic/seeded-random';

interface Ejected {
  untilMs: number;
  times: number;
}

/** Outlier detection of every client: which pods it keeps away from, and until when. Survives a new plan. */
export class Ejection {
  private readonly pods = new Map<string, Ejected>();

  constructor(private readonly random: SeededRandom) {}

  /** Pods of each group that take part at `atMs`. */
  available(clusterKey: string, groups: readonly FlowGroup[], atMs: number): number[] {
    return groups.map(
      (group) =>
        group.pods.filter(
          (pod) => !this.isEjected(`${clusterKey}|${pod.namespace}/${pod.name}`, atMs),
        ).length,
    );
  }

  /**
   * Looks at what a group answered during a step: `requests` of which `failed` were errors that count. A pod is ejected
   * with the probability that a run of errors long enough occurred among its share of them.
   */
  observe(
    clusterKey: string,
    policy: OutlierPolicy,
    groups: readonly FlowGroup[],
    observed: { group: FlowGroup; requests: number; failed: number },
    atMs: number,
  ): void {
    const { group, requests, failed } = observed;
    if (failed < Math.min(policy.consecutiveErrors, requests) || failed === 0) return;
    const total = groups.reduce((sum, candidate) => sum + candidate.pods.length, 0);
    const allowed = Math.max(1, Math.floor(total * policy.maxEjected));
    let ejected =
      total - this.available(clusterKey, groups, atMs).reduce((sum, count) => sum + count, 0);
    const perPod = requests / Math.max(1, group.pods.length);
    const run = (failed / requests) ** policy.consecutiveErrors;
    const probability = 1 - Math.exp(-perPod * run);
    for (const pod of group.pods) {
      const key = `${clusterKey}|${pod.namespace}/${pod.name}`;
      if (ejected >= allowed) return;
      if (this.isEjected(key, atMs) || this.random.next() >= probability) continue;
      const times = (this.pods.get(key)?.times ?? 0) + 1;
      this.pods.set(key, { untilMs: atMs + policy.baseEjectionMs * times, times });
      ejected += 1;
    }
  }

  private isEjected(key: string, atMs: number): boolean {
    const entry = this.pods.get(key);
    return entry !== undefined && entry.untilMs > atMs;
  }
}

import type {
  FlowCall,
  FlowGroup,
  FlowNode,
  FlowTarget,
  HttpForward,
  HttpReport,
  RuntimeEffects,
} from '@/demo/traffic/flow/flow-plan';
import { drawMs, latencyOf } from '@/demo/traffic/latency';
import type { PodModel } from '@/demo/traffic/model/mesh-model';
import type { SeededRandom } from '@/demo/traffic/seeded-random';
import type { Hop } from '@/demo/traffic/tracing/hop';

/** Time between the two proxies of a hop, milliseconds. */
const NETWORK_MS = 0.35;

/** What came of handling a request inside an application. */
interface Handled {
  readonly durationMs: number;
  readonly failed: boolean;
  readonly children: readonly Hop[];
}

const NO_EFFECTS: RuntimeEffects = {
  overflowRatio: () => 0,
  groupWeights: ({ groups }) => groups.map(({ weight }) => weight),
};

/** Follows single requests through a plan, choosing at each branch with the probabilities that the counters use. */
export class RequestWalker {
  private effects: RuntimeEffects = NO_EFFECTS;

  constructor(private readonly random: SeededRandom) {}

  /** Follows the overflow and ejections of the traffic that the plan is used for. */
  follow(effects: RuntimeEffects): void {
    this.effects = effects;
  }

  /** One call as a hop, with what it caused; none for TCP. */
  walk(call: FlowCall, startMs: number): readonly Hop[] {
    const { forward } = call;
    if (forward.kind === 'tcp') return [];
    if (forward.answered !== null)
      return [this.answeredHop(call, forward.answered, '-', null, startMs)];
    const isDelayed = this.random.next() < forward.delayRatio;
    if (forward.abort !== null && this.random.next() < forward.abort.ratio) {
      const report = isDelayed ? forward.abort.delayed : forward.abort.report;
      return [this.answeredHop(call, report, '-', null, startMs)];
    }
    return this.walkTarget(call, forward, isDelayed, startMs);
  }

  private walkTarget(
    call: FlowCall,
    forward: HttpForward,
    isDelayed: boolean,
    startMs: number,
  ): readonly Hop[] {
    const targets = isDelayed ? forward.delayedTargets : forward.targets;
    const target = this.pick(targets);
    if (target === null) return [];
    if (target.failure !== null)
      return [this.answeredHop(call, target.failure, target.cluster, null, startMs)];
    if (target.pool !== null && this.random.next() < this.effects.overflowRatio(target))
      return [this.answeredHop(call, target.pool.report, target.cluster, null, startMs)];
    const weights = this.effects.groupWeights(target);
    if (target.outlier !== null && weights.every((weight) => weight === 0))
      return [this.answeredHop(call, target.outlier.unhealthy, target.cluster, null, startMs)];
    const group =
      this.pick(target.groups.map((item, index) => ({ item, weight: weights[index] ?? 0 })))
        ?.item ?? null;
    if (group === null) return [];
    const pod = this.pod(group.pods);
    if (group.refused !== null)
      return [this.answeredHop(call, group.refused, target.cluster, pod, startMs)];
    return this.walkGroup(call, target, group, startMs);
  }

  private walkGroup(
    call: FlowCall,
    target: FlowTarget,
    group: FlowGroup,
    startMs: number,
  ): readonly Hop[] {
    const failedTries: Hop[] = [];
    let beginMs = startMs;
    for (let attempt = 0; ; attempt += 1) {
      const { hop, retriable } = this.attempt(
        call,
        target,
        group,
        beginMs,
        attempt === group.retryAttempts,
      );
      if (!retriable || attempt >= group.retryAttempts) {
        const durationMs = hop.durationMs + (beginMs - startMs);
        return [{ ...hop, startMs, durationMs, earlierTries: failedTries }];
      }
      failedTries.push({ ...hop, clientHasProxy: false });
      beginMs += hop.durationMs + 1 + this.random.next() * 25;
    }
  }

  private attempt(
    call: FlowCall,
    target: FlowTarget,
    group: FlowGroup,
    startMs: number,
    isLast: boolean,
  ): { hop: Hop; retriable: boolean } {
    const own = this.ownFailure(group);
    const handled =
      own === null
        ? this.handle(group.node, startMs + NETWORK_MS)
        : {
            durationMs: drawMs(latencyOf(group.node?.serviceMs ?? 2), this.random),
            failed: false,
            children: [],
          };
    const late = group.responses.find(({ kind }) => kind === 'late');
    const limitMs = late?.report.maxMs ?? group.timeout?.report.maxMs ?? Infinity;
    const durationMs = handled.durationMs + target.delayMs + 2 * NETWORK_MS;
    const isLate = durationMs > limitMs;
    const answer =
      own ?? group.responses.find(({ kind }) => kind === (handled.failed ? 'induced' : 'ok'));
    const response = isLate && late !== undefined ? late : answer;
    const settled =
      isLast && response?.retriable === true && group.retryAttempts > 0
        ? response.exhausted
        : response?.report;
    const report = isLate && late === undefined ? group.timeout?.report : settled;
    const hop: Hop = {
      behaviour: call.behaviour,
      clientPod: this.pod(call.clientPods),
      clientHasProxy: call.clientHasProxy,
      serverPod: this.pod(group.pods),
      cluster: target.cluster,
      report: report ?? fallback(group),
      startMs,
      durationMs: Math.min(durationMs, limitMs),
      tryStartMs: startMs,
      tryDurationMs: Math.min(durationMs, limitMs),
      earlierTries: [],
      children: handled.children,
    };
    return { hop, retriable: (!isLate || late !== undefined) && response?.retriable === true };
  }

  private ownFailure(group: FlowGroup): FlowGroup['responses'][number] | null {
    let at = this.random.next();
    for (const response of group.responses) {
      if (response.kind !== 'own') continue;
      at -= response.ratio;
      if (at < 0) return response;
    }
    return null;
  }

  /** Own time first half, calls one after another, own time second half. */
  private handle(node: FlowNode | null, startMs: number): Handled {
    if (node === null)
      return { durationMs: drawMs(latencyOf(3), this.random), failed: false, children: [] };
    const ownMs = drawMs(latencyOf(node.serviceMs), this.random);
    let atMs = startMs + ownMs / 2;
    let failed = false;
    const children: Hop[] = [];
    for (const call of node.calls) {
      for (let left = this.callCount(call.behaviour.perRequest); left > 0; left -= 1) {
        const hops = this.walk(call, atMs);
        children.push(...hops);
        const last = hops.at(-1);
        if (last === undefined) {
          atMs += 1;
          continue;
        }
        atMs = Math.max(atMs, last.startMs + last.durationMs);
        failed ||= last.report.isError && call.behaviour.onFailure === 'fail';
      }
      if (failed) break;
    }
    return { durationMs: atMs - startMs + ownMs / 2, failed, children };
  }

  private callCount(mean: number): number {
    const whole = Math.floor(mean);
    return whole + (this.random.next() < mean - whole ? 1 : 0);
  }

  private answeredHop(
    call: FlowCall,
    report: HttpReport,
    cluster: string,
    serverPod: PodModel | null,
    startMs: number,
  ): Hop {
    const durationMs = Math.min(drawMs(report.latency, this.random), report.maxMs);
    return {
      behaviour: call.behaviour,
      clientPod: this.pod(call.clientPods),
      clientHasProxy: call.clientHasProxy,
      serverPod,
      cluster,
      report,
      startMs,
      durationMs,
      tryStartMs: startMs,
      tryDurationMs: durationMs,
      earlierTries: [],
      children: [],
    };
  }

  private pod(pods: readonly PodModel[]): PodModel | null {
    return pods[this.random.below(Math.max(1, pods.length))] ?? null;
  }

  private pick<T extends { readonly weight: number }>(items: readonly T[]): T | null {
    let at = this.random.next() * items.reduce((sum, item) => sum + item.weight, 0);
    for (const item of items) {
      at -= item.weight;
      if (at < 0) return item;
    }
    return items.at(-1) ?? null;
  }
}

function fallback(group: FlowGroup): HttpReport {
  const report = group.responses[0]?.report;
  if (report === undefined) throw new Error('a group that lets requests through has responses');
  return report;
}

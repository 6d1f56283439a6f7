import { Ejection } from '@/demo/traffic/flow/ejection';
import { erlangLoss } from '@/demo/traffic/flow/erlang-loss';
import type {
  FlowCall,
  FlowGroup,
  FlowNode,
  FlowPlan,
  FlowResponse,
  FlowTarget,
  HttpForward,
  HttpReport,
  TcpForward,
  TcpReport,
} from '@/demo/traffic/flow/flow-plan';
import { sourceRate } from '@/demo/traffic/flow/source-rate';
import type { SeededRandom } from '@/demo/traffic/seeded-random';

/** Receives what happened, counted. */
export interface FlowSink {
  /** `server`: a try that only the server counts, because the client tried again. */
  recordHttp(report: HttpReport, count: number, side?: 'both' | 'server'): void;
  recordTcp(report: TcpReport, exchanges: number, opened: number): void;
}

/** Share of earlier ticks in the running failure ratio of a node: about two seconds of memory. */
const MEMORY = 0.6;

interface NodeMemory {
  handled: number;
  failed: number;
}

/**
 * Pushes requests through a plan, one step of time after another. Counts are whole numbers and conserved: every request
 * that leaves a client ends at exactly one destination or in exactly one failure.
 */
export class FlowRunner {
  private plan: FlowPlan = { nodes: [], sources: [] };
  private arrivals: number[] = [];
  /** By node key, so that it outlives a new plan. */
  private readonly memory = new Map<string, NodeMemory>();
  private readonly ejection: Ejection;
  private atMs = 0;
  private seconds = 1;

  constructor(
    private readonly sink: FlowSink,
    private readonly random: SeededRandom,
    private readonly phase: number,
  ) {
    this.ejection = new Ejection(random);
  }

  /** Uses another plan from the next step on. */
  setPlan(plan: FlowPlan): void {
    this.plan = plan;
  }

  /** Simulates the `seconds` that end at `atMs`. */
  step(atMs: number, seconds: number): void {
    this.atMs = atMs;
    this.seconds = seconds;
    this.arrivals = new Array<number>(this.plan.nodes.length).fill(0);
    this.plan.sources.forEach(({ source, roots }, index) => {
      if (roots.length === 0) return;
      const rate = sourceRate(source.ratePerSecond, atMs, this.phase + index * 0.17);
      const requests = this.random.poisson(rate * seconds);
      const counts = this.random.multinomial(
        requests,
        roots.map(({ share }) => share),
      );
      roots.forEach(({ call }, root) => this.runCall(call, counts[root] ?? 0));
    });
    // Callers stand behind what they call, so walking backwards sees every arrival before it is handled.
    for (let index = this.plan.nodes.length - 1; index >= 0; index -= 1) {
      const node = this.plan.nodes[index];
      if (node !== undefined) this.runNode(node, this.arrivals[index] ?? 0);
    }
  }

  private runNode(node: FlowNode, handled: number): void {
    if (node.calls.length === 0) return;
    let failed = 0;
    for (const call of node.calls) {
      const count = this.callCount(handled, call.behaviour.perRequest);
      const lost = this.runCall(call, count);
      if (call.behaviour.onFailure === 'fail') failed += lost;
    }
    const memory = this.memory.get(node.key) ?? { handled: 0, failed: 0 };
    memory.handled = memory.handled * MEMORY + handled;
    memory.failed = memory.failed * MEMORY + Math.min(failed, handled);
    this.memory.set(node.key, memory);
  }

  /** The whole part of the mean for each request, the fraction by chance. */
  private callCount(handled: number, mean: number): number {
    const whole = Math.floor(mean);
    return handled * whole + this.random.binomial(handled, mean - whole);
  }

  /** Returns how many calls failed in the eyes of the caller. */
  private runCall(call: FlowCall, count: number): number {
    if (count <= 0) return 0;
    return call.forward.kind === 'tcp'
      ? this.runTcp(call.forward, count)
      : this.runHttp(call.forward, count);
  }

  private runHttp(forward: HttpForward, count: number): number {
    if (forward.answered !== null) return this.end(forward.answered, count);
    for (const mirror of forward.mirrors) {
      this.runTarget(mirror.target, this.random.binomial(count, mirror.ratio));
    }
    const delayed = this.random.binomial(count, forward.delayRatio);
    return (
      this.runFaulted(forward, count - delayed, false) + this.runFaulted(forward, delayed, true)
    );
  }

  private runFaulted(forward: HttpForward, count: number, isDelayed: boolean): number {
    const aborted = forward.abort === null ? 0 : this.random.binomial(count, forward.abort.ratio);
    const report = isDelayed ? forward.abort?.delayed : forward.abort?.report;
    const lost = report === undefined ? 0 : this.end(report, aborted);
    const targets = isDelayed ? forward.delayedTargets : forward.targets;
    const parts = this.random.multinomial(
      count - aborted,
      targets.map(({ weight }) => weight),
    );
    return targets.reduce(
      (sum, target, index) => sum + this.runTarget(target, parts[index] ?? 0),
      lost,
    );
  }

  private runTarget(target: FlowTarget, count: number): number {
    if (count <= 0) return 0;
    if (target.failure !== null) return this.end(target.failure, count);
    const overflow = this.overflow(target, count);
    const lost = target.pool === null ? 0 : this.end(target.pool.report, overflow);
    return lost + this.runGroups(target, count - overflow);
  }

  private overflow(target: FlowTarget, count: number): number {
    const { pool } = target;
    if (pool === null) return 0;
    const offered = (count / this.seconds / pool.clientPods) * (pool.holdMs / 1000);
    return this.random.binomial(count, erlangLoss(offered, pool.limit));
  }

  private runGroups(target: FlowTarget, count: number): number {
    const { outlier, groups } = target;
    const weights =
      outlier === null
        ? groups.map(({ weight }) => weight)
        : this.ejection.available(outlier.key, groups, this.atMs);
    if (outlier !== null && weights.every((weight) => weight === 0)) {
      return this.end(outlier.unhealthy, count);
    }
    const parts = this.random.multinomial(count, weights);
    return groups.reduce((sum, group, index) => {
      const requests = parts[index] ?? 0;
      const failed = this.runGroup(group, requests);
      if (outlier !== null && requests > 0) {
        this.ejection.observe(
          outlier.key,
          outlier.policy,
          groups,
          { group, requests, failed },
          this.atMs,
        );
      }
      return sum + failed;
    }, 0);
  }

  private runGroup(group: FlowGroup, count: number): number {
    if (count <= 0) return 0;
    if (group.refused !== null) return this.end(group.refused, count);
    const timedOut = group.timeout === null ? 0 : this.random.binomial(count, group.timeout.ratio);
    if (group.timeout !== null) this.end(group.timeout.report, timedOut);
    const { handled, failed } = this.runResponses(group, count - timedOut);
    if (group.node !== null) {
      this.arrivals[group.node.index] = (this.arrivals[group.node.index] ?? 0) + handled + timedOut;
    }
    return failed + timedOut;
  }

  /** With retries the client counts one request with its last answer, the server every try. */
  private runResponses(group: FlowGroup, count: number): { handled: number; failed: number } {
    const shares = this.responseShares(group);
    const failing = group.responses.map((response, index) =>
      response.retriable ? (shares[index] ?? 0) : 0,
    );
    const failRatio = failing.reduce((sum, share) => sum + share, 0);
    const exhausted = this.random.binomial(
      count,
      failRatio > 0 ? failRatio ** (group.retryAttempts + 1) : 0,
    );
    const settled = group.responses.map((response, index) =>
      response.retriable && group.retryAttempts > 0 ? 0 : (shares[index] ?? 0),
    );
    const tally = { handled: 0, failed: 0 };
    this.endAll(
      group.responses,
      this.random.multinomial(count - exhausted, settled),
      tally,
      'report',
    );
    this.endAll(group.responses, this.random.multinomial(exhausted, failing), tally, 'exhausted');
    const extra =
      exhausted * group.retryAttempts +
      this.retriedTries(count - exhausted, failRatio, group.retryAttempts);
    this.random.multinomial(extra, failing).forEach((tries, index) => {
      const report = group.responses[index]?.report;
      if (report !== undefined && tries > 0) this.sink.recordHttp(report, tries, 'server');
    });
    return tally;
  }

  private endAll(
    responses: readonly FlowResponse[],
    counts: readonly number[],
    tally: { handled: number; failed: number },
    as: 'report' | 'exhausted',
  ): void {
    responses.forEach((response, index) => {
      const count = counts[index] ?? 0;
      tally.failed += this.end(response[as], count);
      if (response.kind !== 'own') tally.handled += count;
    });
  }

  /** Failed tries behind requests that succeeded in the end: mean of a truncated geometric. */
  private retriedTries(succeeded: number, failRatio: number, attempts: number): number {
    if (failRatio <= 0 || failRatio >= 1 || attempts === 0) return 0;
    let [mean, mass] = [0, 0];
    for (let tries = 0; tries <= attempts; tries += 1) {
      const probability = failRatio ** tries;
      mean += tries * probability;
      mass += probability;
    }
    return this.random.poisson((succeeded * mean) / mass);
  }

  private responseShares(group: FlowGroup): number[] {
    const memory = group.node === null ? undefined : this.memory.get(group.node.key);
    const induced =
      memory === undefined || memory.handled === 0 ? 0 : memory.failed / memory.handled;
    const own = group.responses.reduce(
      (sum, { kind, ratio }) => (kind === 'own' ? sum + ratio : sum),
      0,
    );
    const shareOf = { own: 0, induced: (1 - own) * induced, ok: (1 - own) * (1 - induced) };
    return group.responses.map(({ kind, ratio }) => (kind === 'own' ? ratio : shareOf[kind]));
  }

  private runTcp(forward: TcpForward, count: number): number {
    const parts = this.random.multinomial(
      count,
      forward.targets.map(({ weight }) => weight),
    );
    return forward.targets.reduce((sum, target, index) => {
      const counts = this.random.multinomial(
        parts[index] ?? 0,
        target.groups.map(({ weight }) => weight),
      );
      return (
        sum +
        target.groups.reduce((lost, group, position) => {
          const exchanges = counts[position] ?? 0;
          // A connection that cannot be kept is opened anew for every exchange.
          const opened = group.report.isError
            ? exchanges
            : this.random.binomial(exchanges, forward.openRatio);
          this.sink.recordTcp(group.report, exchanges, opened);
          if (group.node !== null)
            this.arrivals[group.node.index] = (this.arrivals[group.node.index] ?? 0) + exchanges;
          return lost + (group.report.isError ? exchanges : 0);
        }, 0)
      );
    }, 0);
  }

  private end(report: HttpReport, count: number): number {
    if (count <= 0) return 0;
    this.sink.recordHttp(report, count);
    return report.isError ? count : 0;
  }
}

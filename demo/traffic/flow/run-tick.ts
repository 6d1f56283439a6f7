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
  RuntimeEffects,
  TcpFlowTarget,
  TcpForward,
  TcpReport,
} from '@/demo/traffic/flow/flow-plan';
import { responseShares, type ResponseShares } from '@/demo/traffic/flow/response-shares';
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

/** What requests to one group of pods came to. */
interface GroupTally {
  /** Reached the application and made it call others. */
  handled: number;
  /** Failed in the eyes of the caller. */
  failed: number;
  tries: number;
  errors: number;
  gatewayErrors: number;
}

/**
 * Pushes requests through a plan, one step of time after another. Counts are whole numbers and conserved: every request
 * that leaves a client ends at exactly one destination or in exactly one failure.
 */
export class FlowRunner implements RuntimeEffects {
  private plan: FlowPlan = { nodes: [], sources: [] };
  private arrivals: number[] = [];
  /** By node key, so that it outlives a new plan. */
  private readonly memory = new Map<string, NodeMemory>();
  private readonly ejection: Ejection;
  /** Of groups whose servers have no failing calls, which are nearly all: for the present plan. */
  private readonly steadyShares = new Map<FlowGroup, ResponseShares>();
  /** By pool key. */
  private readonly overflows = new Map<string, number>();
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
    this.steadyShares.clear();
  }

  overflowRatio({ pool }: FlowTarget): number {
    return pool === null ? 0 : (this.overflows.get(pool.key) ?? 0);
  }

  groupWeights({ outlier, groups }: FlowTarget): readonly number[] {
    return outlier === null
      ? groups.map(({ weight }) => weight)
      : this.ejection.available(outlier.key, outlier.policy, groups, this.atMs);
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
    const ratio = this.lossRatio(pool, count);
    this.overflows.set(pool.key, ratio);
    return this.random.binomial(count, ratio);
  }

  private lossRatio(
    pool: { readonly limit: number; readonly clientPods: number; readonly holdMs: number },
    count: number,
  ): number {
    const offered = (count / this.seconds / pool.clientPods) * (pool.holdMs / 1000);
    return erlangLoss(offered, pool.limit);
  }

  private runGroups(target: FlowTarget, count: number): number {
    const { outlier, groups } = target;
    const weights = this.groupWeights(target);
    if (outlier !== null && weights.every((weight) => weight === 0)) {
      return this.end(outlier.unhealthy, count);
    }
    const parts = this.random.multinomial(count, weights);
    return groups.reduce((sum, group, index) => {
      const tally = this.runGroup(group, parts[index] ?? 0);
      if (outlier !== null) {
        const observed = { group, ...tally };
        this.ejection.observe(outlier.key, outlier.policy, groups, observed, this.atMs);
      }
      return sum + tally.failed;
    }, 0);
  }

  private runGroup(group: FlowGroup, count: number): GroupTally {
    const tally: GroupTally = { handled: 0, failed: 0, tries: 0, errors: 0, gatewayErrors: 0 };
    if (count <= 0) return tally;
    if (group.refused !== null) {
      this.endCounted(group.refused, count, tally);
      return tally;
    }
    const timedOut = group.timeout === null ? 0 : this.random.binomial(count, group.timeout.ratio);
    if (group.timeout !== null) this.endCounted(group.timeout.report, timedOut, tally);
    tally.handled += timedOut;
    this.runResponses(group, count - timedOut, tally);
    if (group.node !== null) {
      this.arrivals[group.node.index] = (this.arrivals[group.node.index] ?? 0) + tally.handled;
    }
    return tally;
  }

  /** With retries the client counts one request with its last answer, the server every try. */
  private runResponses(group: FlowGroup, count: number, tally: GroupTally): void {
    const { responses, retryAttempts } = group;
    const { settled, failing, failRatio } = this.responseShares(group);
    const exhausted = this.random.binomial(
      count,
      failRatio > 0 ? Math.min(1, failRatio) ** (retryAttempts + 1) : 0,
    );
    this.endAll(responses, this.random.multinomial(count - exhausted, settled), tally, 'report');
    if (failRatio === 0) return;
    this.endAll(responses, this.random.multinomial(exhausted, failing), tally, 'exhausted');
    const extra =
      exhausted * retryAttempts + this.retriedTries(count - exhausted, failRatio, retryAttempts);
    const tries = this.random.multinomial(extra, failing);
    for (let index = 0; index < responses.length; index += 1) {
      const [response, count] = [responses[index], tries[index] ?? 0];
      if (response !== undefined && count > 0) this.retry(response, count, tally);
    }
  }

  private retry(response: FlowResponse, count: number, tally: GroupTally): void {
    this.sink.recordHttp(response.report, count, 'server');
    countTries(response.report, count, tally);
    if (response.kind !== 'own') tally.handled += count;
  }

  private endAll(
    responses: readonly FlowResponse[],
    counts: readonly number[],
    tally: GroupTally,
    as: 'report' | 'exhausted',
  ): void {
    for (let index = 0; index < responses.length; index += 1) {
      const [response, count] = [responses[index], counts[index] ?? 0];
      if (response === undefined || count === 0) continue;
      this.endCounted(response[as], count, tally);
      if (response.kind !== 'own') tally.handled += count;
    }
  }

  private endCounted(report: HttpReport, count: number, tally: GroupTally): void {
    tally.failed += this.end(report, count);
    countTries(report, count, tally);
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

  private responseShares(group: FlowGroup): ResponseShares {
    const memory = group.node === null ? undefined : this.memory.get(group.node.key);
    if (memory !== undefined && memory.handled > 0 && memory.failed > 0) {
      return responseShares(group, memory.failed / memory.handled);
    }
    let shares = this.steadyShares.get(group);
    if (shares === undefined) {
      shares = responseShares(group, 0);
      this.steadyShares.set(group, shares);
    }
    return shares;
  }

  private runTcp(forward: TcpForward, count: number): number {
    const parts = this.random.multinomial(
      count,
      forward.targets.map(({ weight }) => weight),
    );
    return forward.targets.reduce(
      (sum, target, index) => sum + this.runTcpTarget(target, parts[index] ?? 0, forward.openRatio),
      0,
    );
  }

  private runTcpTarget(target: TcpFlowTarget, count: number, openRatio: number): number {
    const { pool, groups } = target;
    const refused = pool === null ? 0 : this.random.binomial(count, this.lossRatio(pool, count));
    if (pool !== null && refused > 0) this.sink.recordTcp(pool.report, refused, refused);
    const counts = this.random.multinomial(
      count - refused,
      groups.map(({ weight }) => weight),
    );
    return groups.reduce((lost, { report, node }, position) => {
      const exchanges = counts[position] ?? 0;
      // A connection that cannot be kept is opened anew for every exchange.
      const opened = report.isError ? exchanges : this.random.binomial(exchanges, openRatio);
      this.sink.recordTcp(report, exchanges, opened);
      if (node !== null) this.arrivals[node.index] = (this.arrivals[node.index] ?? 0) + exchanges;
      return lost + (report.isError ? exchanges : 0);
    }, refused);
  }

  private end(report: HttpReport, count: number): number {
    if (count <= 0) return 0;
    this.sink.recordHttp(report, count);
    return report.isError ? count : 0;
  }
}

/** Outlier detection judges gRPC by its status: unavailable and late count as gateway errors. */
function countTries(report: HttpReport, count: number, tally: GroupTally): void {
  const { code, grpcStatus } = report;
  const isGateway =
    grpcStatus === null ? code >= 502 && code <= 504 : grpcStatus === 14 || grpcStatus === 4;
  const isError =
    grpcStatus === null ? code >= 500 || code === 0 : report.isError && grpcStatus !== 7;
  tally.tries += count;
  if (isError) tally.errors += count;
  if (isGateway) tally.gatewayErrors += count;
}

import type {
  FlowGroup,
  FlowResponse,
  FlowTarget,
  HttpForward,
  TcpForward,
} from '@/demo/traffic/flow/flow-plan';
import { latencyOf, mixture, type Latency } from '@/demo/traffic/latency';

/** What the caller waits for one call, over all the ways it can end. Run-time effects (overflow, ejection) are left out. */
export function forwardLatency(forward: HttpForward | TcpForward): Latency {
  if (forward.kind === 'tcp') {
    const parts = forward.targets.flatMap((target) =>
      target.groups.map((group) => ({
        share: target.weight * group.weight,
        latency: group.node?.latency ?? latencyOf(0.5),
      })),
    );
    return mixture(parts) ?? latencyOf(0.5);
  }
  if (forward.answered !== null) return forward.answered.latency;
  const aborted = forward.abort?.ratio ?? 0;
  const parts = [
    { share: (1 - forward.delayRatio) * (1 - aborted), latency: targetsLatency(forward.targets) },
    { share: forward.delayRatio * (1 - aborted), latency: targetsLatency(forward.delayedTargets) },
  ];
  if (forward.abort !== null) {
    parts.push({
      share: (1 - forward.delayRatio) * aborted,
      latency: forward.abort.report.latency,
    });
    parts.push({ share: forward.delayRatio * aborted, latency: forward.abort.delayed.latency });
  }
  return mixture(parts) ?? latencyOf(0.5);
}

function targetsLatency(targets: readonly FlowTarget[]): Latency {
  const parts = targets.map((target) => ({ share: target.weight, latency: targetLatency(target) }));
  return mixture(parts) ?? latencyOf(0.5);
}

function targetLatency(target: FlowTarget): Latency {
  if (target.failure !== null) return target.failure.latency;
  const parts = target.groups.map((group) => ({
    share: group.weight,
    latency: groupLatency(group),
  }));
  return mixture(parts) ?? latencyOf(0.5);
}

function groupLatency(group: FlowGroup): Latency {
  if (group.refused !== null) return group.refused.latency;
  const served = group.responses[0]?.report.latency ?? latencyOf(0.5);
  const late = group.responses.find(({ kind }) => kind === 'late');
  const end =
    late === undefined
      ? group.timeout
      : { ratio: late.ratio ** triesOf(late, group), report: late.exhausted };
  if (end === null) return served;
  const { ratio, report } = end;
  return (
    mixture([
      { share: 1 - ratio, latency: served },
      { share: ratio, latency: report.latency },
    ]) ?? served
  );
}

function triesOf(response: FlowResponse, group: FlowGroup): number {
  return response.retriable ? group.retryAttempts + 1 : 1;
}

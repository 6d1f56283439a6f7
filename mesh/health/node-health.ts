import { worstHealth } from '@/mesh/health/worst-health';
import type { Health } from '@/mesh/health/health';

/** Pods of a node, summed over its workloads. */
export interface PodCounts {
  /** `null` when the node has no workload. */
  readonly ready: number | null;
  /** `null` when no controller says how many there should be. */
  readonly desired: number | null;
}

/**
 * Health by readiness of pods; `null` when pods say nothing (none wanted, or none known). All missing is failing, some
 * missing is degraded. Scaled to zero on purpose is not a fault.
 */
export function podHealth(pods: PodCounts): Health | null {
  const { ready, desired } = pods;
  if (ready === null || desired === null || desired === 0 || ready >= desired) return null;
  const reason = `${ready} of ${desired} pods are ready.`;
  return ready === 0
    ? { status: 'failing', rule: 'no-ready-pods', reason }
    : { status: 'degraded', rule: 'pods-not-ready', reason };
}

/**
 * Health of a node: the worst of its pods and of the traffic it serves. A node that serves nothing that was measured (a
 * gateway, a client) is judged by the requests that it sends.
 */
export function nodeHealth(pods: PodCounts, inbound: Health, outbound: Health): Health {
  const isServing = inbound.status !== 'idle' && inbound.status !== 'unknown';
  const isSending = outbound.status !== 'idle' && outbound.status !== 'unknown';
  const traffic = isServing || !isSending ? inbound : asSender(outbound);
  const byPods = podHealth(pods);
  return byPods === null ? traffic : worstHealth(byPods, traffic);
}

function asSender(outbound: Health): Health {
  return { ...outbound, reason: `Of what it sends: ${lowerFirst(outbound.reason)}` };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

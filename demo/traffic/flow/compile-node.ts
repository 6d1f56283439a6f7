import type { CallBehaviour, WorkloadBehaviour } from '@/demo/traffic/behaviour';
import {
  behaviourOf,
  headersKey,
  type Compilation,
  type FlowClient,
  type FlowRequest,
} from '@/demo/traffic/flow/compilation';
import { forwardLatency } from '@/demo/traffic/flow/forward-latency';
import type { FlowCall, FlowNode } from '@/demo/traffic/flow/flow-plan';
import { latencyOf, mixture, scaled, sequence, type Latency } from '@/demo/traffic/latency';
import type { PodModel } from '@/demo/traffic/model/mesh-model';

/**
 * The application behind pods of one workload for one class of requests; compiled once per class. `null` when a request
 * comes round to an application that is already handling it: the simulated call chain ends there.
 */
export function compileNode(
  compilation: Compilation,
  pods: readonly PodModel[],
  request: FlowRequest,
): FlowNode | null {
  const first = pods[0];
  if (first === undefined) return null;
  const behaviour = behaviourOf(compilation.application, first.workload);
  const operation = behaviour.operations?.[request.path] === undefined ? '*' : request.path;
  const variant = `${first.workload.canonicalRevision}|${String(first.hasProxy)}`;
  const key = `${first.workload.key}|${variant}|${operation}|${headersKey(request.headers)}`;
  const known = compilation.nodeByKey.get(key);
  if (known !== undefined) return known;
  if (compilation.active.has(first.workload.key)) return null;
  compilation.active.add(first.workload.key);
  // What the application calls, the proxies of its own cluster route.
  const own = compilation.at(first.workload.place);
  const client: FlowClient = {
    kind: first.hasProxy ? 'sidecar' : 'bare',
    workload: first.workload,
    pods:
      own.model.podsByWorkload
        .get(first.workload.key)
        ?.filter((pod) => pod.hasProxy === first.hasProxy && pod.workload === first.workload) ??
      pods,
  };
  const calls = callsOf(behaviour, operation).map((call) =>
    own.compileCall(own, client, call, request.headers),
  );
  compilation.active.delete(first.workload.key);
  return addNode(compilation, key, client, behaviour, calls);
}

/** A host outside the cluster: it answers and makes no calls. */
export function compileExternalNode(compilation: Compilation, host: string): FlowNode {
  const key = `external|${host}`;
  const known = compilation.nodeByKey.get(key);
  if (known !== undefined) return known;
  const behaviour = compilation.application.externals.get(host) ?? {
    serviceMs: 60,
    failures: [],
    calls: [],
  };
  return addNode(compilation, key, null, behaviour, []);
}

function addNode(
  compilation: Compilation,
  key: string,
  client: FlowClient | null,
  behaviour: WorkloadBehaviour,
  calls: readonly FlowCall[],
): FlowNode {
  const node: FlowNode = {
    index: compilation.nodes.length,
    key,
    workload: client?.workload ?? null,
    failures: behaviour.failures,
    calls,
    serviceMs: behaviour.serviceMs,
    latency: calls.reduce<Latency>(
      (sum, call) => sequence(sum, callLatency(call)),
      latencyOf(behaviour.serviceMs),
    ),
  };
  compilation.nodes.push(node);
  compilation.nodeByKey.set(key, node);
  return node;
}

function callsOf(behaviour: WorkloadBehaviour, operation: string): readonly CallBehaviour[] {
  return behaviour.operations?.[operation] ?? behaviour.calls;
}

/** A call made less than once is absent in the rest of the requests; one made often takes that many times as long. */
function callLatency(call: FlowCall): Latency {
  const { perRequest } = call.behaviour;
  const once = forwardLatency(call.forward);
  const repeated = scaled(once, Math.max(1, perRequest));
  return (
    mixture([
      { share: Math.min(1, perRequest), latency: repeated },
      { share: Math.max(0, 1 - perRequest), latency: latencyOf(0.01) },
    ]) ?? repeated
  );
}

import type { ApplicationModel, TrafficSource } from '@/demo/traffic/behaviour';
import type { Compilation, FlowClient } from '@/demo/traffic/flow/compilation';
import { compileCall } from '@/demo/traffic/flow/compile-call';
import type { FlowNode, FlowPlan, FlowSource } from '@/demo/traffic/flow/flow-plan';
import { groupBy } from '@/demo/traffic/group-by';
import {
  workloadKey,
  type ClusterPlace,
  type MeshModel,
  type PodModel,
} from '@/demo/traffic/model/mesh-model';
import { ClientScopes } from '@/demo/traffic/routing/client-scope';
import { RouteIndex } from '@/demo/traffic/routing/route-index';

/** Works out where every kind of request goes and how it ends. Pure; cost linear in edges. One model for each cluster. */
export function compilePlan(models: readonly MeshModel[], application: ApplicationModel): FlowPlan {
  const byCluster = new Map<string, Compilation>();
  const nodes: FlowNode[] = [];
  const nodeByKey = new Map<string, FlowNode>();
  const active = new Set<string>();
  const of = (cluster: string): Compilation => {
    const found = byCluster.get(cluster);
    if (found === undefined) throw new Error(`nothing simulates cluster ${cluster}`);
    return found;
  };
  for (const model of models) {
    const routes = new RouteIndex(model);
    const scopes = new ClientScopes(model, routes.tables);
    const at = ({ name }: ClusterPlace) => of(name);
    const shared = { application, nodes, nodeByKey, active, at, compileCall };
    byCluster.set(model.cluster, { model, routes, scopes, ...shared });
  }
  const first = models[0]?.cluster ?? '';
  const sources = application.sources.map((source) =>
    compileSource(of(source.cluster ?? first), source),
  );
  return { nodes, sources };
}

/** A source without Ready pods has no roots and makes no traffic. */
function compileSource(compilation: Compilation, source: TrafficSource): FlowSource {
  const { model } = compilation;
  const key = workloadKey(model.cluster, source.namespace, source.workload);
  const pods = model.podsByWorkload.get(key) ?? [];
  const clients = clientsOf(pods, source.kind === 'gateway');
  const totalWeight = source.requests.reduce((sum, request) => sum + request.weight, 0);
  const roots = clients.flatMap((client) =>
    source.requests.map(({ weight, call }) => ({
      share: (weight / totalWeight) * (client.pods.length / pods.length),
      call: compileCall(compilation, client, call, {}),
    })),
  );
  return { source, roots };
}

/** The pods of a workload as clients: those with a proxy and those without act differently. */
export function clientsOf(pods: readonly PodModel[], isGateway: boolean): FlowClient[] {
  const variants = groupBy(
    pods,
    (pod) => `${pod.workload.canonicalRevision}/${String(pod.hasProxy)}`,
  );
  return [...variants.values()].flatMap((variant) => {
    const first = variant[0];
    if (first === undefined) return [];
    const kind = !first.hasProxy ? 'bare' : isGateway ? 'gateway' : 'sidecar';
    return [{ kind, workload: first.workload, pods: variant }];
  });
}

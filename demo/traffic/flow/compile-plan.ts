import type { ApplicationModel, TrafficSource } from '@/demo/traffic/behaviour';
import type { Compilation, FlowClient } from '@/demo/traffic/flow/compilation';
import { compileCall } from '@/demo/traffic/flow/compile-call';
import type { FlowPlan, FlowSource } from '@/demo/traffic/flow/flow-plan';
import { groupBy } from '@/demo/traffic/group-by';
import type { MeshModel, PodModel } from '@/demo/traffic/model/mesh-model';
import { ClientScopes } from '@/demo/traffic/routing/client-scope';
import { RouteIndex } from '@/demo/traffic/routing/route-index';

/** Works out where every kind of request goes and how it ends. Pure; cost linear in edges. */
export function compilePlan(model: MeshModel, application: ApplicationModel): FlowPlan {
  const routes = new RouteIndex(model);
  const compilation: Compilation = {
    model,
    application,
    routes,
    scopes: new ClientScopes(model, routes.tables),
    nodes: [],
    nodeByKey: new Map(),
    active: new Set(),
    compileCall,
  };
  const sources = application.sources.map((source) => compileSource(compilation, source));
  return { nodes: compilation.nodes, sources };
}

/** A source without Ready pods has no roots and makes no traffic. */
function compileSource(compilation: Compilation, source: TrafficSource): FlowSource {
  const pods = compilation.model.podsByWorkload.get(`${source.namespace}/${source.workload}`) ?? [];
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

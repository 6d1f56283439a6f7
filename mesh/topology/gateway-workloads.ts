import { readStringMap } from '@/mesh/read-json';
import { selectorMatches } from '@/mesh/topology/selector-matches';
import { isGoverned } from '@/mesh/topology/topology-index';
import type { TopologyIndex } from '@/mesh/topology/topology-index';
import type { Workload } from '@/mesh/topology/topology';

/** Label that the Gateway API controller puts on the pods of a Gateway. */
const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

/**
 * Workloads that run a gateway, named as a route's parent names it (`namespace/name`): an Istio Gateway by its selector
 * in every namespace, a Gateway API Gateway by the label that its controller sets. Empty when neither object exists or
 * nothing runs it.
 */
export function gatewayWorkloads(index: TopologyIndex, parent: string): readonly Workload[] {
  const slash = parent.indexOf('/');
  const namespace = parent.slice(0, slash);
  const name = parent.slice(slash + 1);
  const istio = index
    .configIn('networking.istio.io/Gateway', namespace)
    .find((object) => object.meta.name === name);
  const selector = istio === undefined ? null : readStringMap(istio.spec, 'selector');
  if (selector !== null && Object.keys(selector).length > 0) {
    return [...index.topology.workloads.values()].filter(
      (workload) =>
        selectorMatches(selector, workload.labels) && isGoverned(index.topology, workload),
    );
  }
  return index.workloadsIn(namespace).filter((workload) => workload.labels[GATEWAY_NAME] === name);
}

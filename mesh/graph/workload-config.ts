import { readObjects, readString, readStringMap } from '@/mesh/read-json';
import { perspectiveOf } from '@/mesh/topology/perspective';
import { perTopologyBy } from '@/mesh/topology/per-topology';
import { refOf } from '@/mesh/topology/object';
import { sortRefs, type KeyedRef } from '@/mesh/graph/keyed-ref';
import { scopeCandidates, workloadPeerAuthentication } from '@/mesh/mtls/peer-authentication';
import { selectorMatches } from '@/mesh/topology/selector-matches';
import type { ConfigObject } from '@/mesh/topology/object';
import type { TopologyIndex } from '@/mesh/topology/topology-index';
import type { Workload } from '@/mesh/topology/topology';

const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

/**
 * Objects that act on a workload by selecting it or its namespace: PeerAuthentication (only those that count, not the
 * shadowed), AuthorizationPolicy, RequestAuthentication, Sidecar, and Gateways that it runs. Remembered per topology.
 */
export const workloadConfig = perTopologyBy(
  (index: TopologyIndex, workload: Workload): readonly KeyedRef[] => {
    const own = perspectiveOf(index, workload.cluster);
    if (workload.proxy === 'none' || own === null) return [];
    const objects = [
      ...peerAuthentications(own, workload),
      ...policies(own, workload),
      ...sidecar(own, workload),
      ...gateways(own, workload),
    ];
    return sortRefs(objects.map(refOf));
  },
);

function peerAuthentications(index: TopologyIndex, workload: Workload): readonly ConfigObject[] {
  return [
    ...scopesOf(index, workload).map((namespace) => scopeCandidates(index, namespace)[0]),
    workloadPeerAuthentication(index, workload),
  ].filter((object) => object !== undefined && object !== null);
}

/** A sidecar obeys policies without target, of its namespace or the root's, that select it or have no selector. */
function policies(index: TopologyIndex, workload: Workload): readonly ConfigObject[] {
  return scopesOf(index, workload).flatMap((namespace) =>
    policiesIn(index, namespace).filter((object) => {
      if (readObjects(object.spec, 'targetRefs').length > 0) return targets(object, workload);
      return selects(object, workload, ['selector', 'matchLabels']);
    }),
  );
}

const policiesIn = perTopologyBy((index: TopologyIndex, namespace: string) => [
  ...index.configIn('security.istio.io/AuthorizationPolicy', namespace),
  ...index.configIn('security.istio.io/RequestAuthentication', namespace),
]);

/** Namespaces whose policies may act on a workload. */
function scopesOf(index: TopologyIndex, { namespace }: Workload): readonly string[] {
  const { rootNamespace } = index.topology.mesh;
  return namespace === rootNamespace ? [namespace] : [rootNamespace, namespace];
}

function targets(object: ConfigObject, workload: Workload): boolean {
  return readObjects(object.spec, 'targetRefs').some(
    (target) =>
      readString(target, 'kind') === 'Gateway' &&
      object.meta.namespace === workload.namespace &&
      readString(target, 'name') === workload.labels[GATEWAY_NAME],
  );
}

/** One Sidecar counts: with a matching selector, else the namespace's own, else the root namespace's. */
function sidecar(index: TopologyIndex, workload: Workload): readonly ConfigObject[] {
  if (workload.proxy !== 'sidecar') return [];
  const path = ['workloadSelector', 'labels'];
  const own = index.configIn('networking.istio.io/Sidecar', workload.namespace);
  const isScoped = (object: ConfigObject) => hasSelector(object, path);
  const found =
    own.find((object) => isScoped(object) && selects(object, workload, path)) ??
    own.find((object) => !isScoped(object)) ??
    index
      .configIn('networking.istio.io/Sidecar', index.topology.mesh.rootNamespace)
      .find((object) => !isScoped(object));
  return found === undefined ? [] : [found];
}

function gateways(index: TopologyIndex, workload: Workload): readonly ConfigObject[] {
  if (workload.proxy !== 'gateway') return [];
  const istio = index
    .config('networking.istio.io/Gateway')
    .filter(
      (object) => hasSelector(object, ['selector']) && selects(object, workload, ['selector']),
    );
  const standard = index
    .configIn('gateway.networking.k8s.io/Gateway', workload.namespace)
    .filter((object) => object.meta.name === workload.labels[GATEWAY_NAME]);
  return [...istio, ...standard];
}

function hasSelector(object: ConfigObject, path: readonly string[]): boolean {
  return Object.keys(readStringMap(object.spec, ...path) ?? {}).length > 0;
}

function selects(object: ConfigObject, workload: Workload, path: readonly string[]): boolean {
  return selectorMatches(readStringMap(object.spec, ...path) ?? {}, workload.labels);
}

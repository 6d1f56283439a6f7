import { perTopologyBy } from '@/mesh/topology/per-topology';
import { readObject, readString, readStringMap } from '@/mesh/read-json';
import { refOf } from '@/mesh/topology/object';
import { selectorMatches } from '@/mesh/topology/selector-matches';
import type { Decided, PeerMode } from '@/mesh/mtls/mtls';
import type { ConfigObject } from '@/mesh/topology/object';
import type { TopologyIndex } from '@/mesh/topology/topology-index';
import type { Workload } from '@/mesh/topology/topology';

const KIND = 'security.istio.io/PeerAuthentication';

/** What Istio does when no PeerAuthentication says otherwise. */
export const DEFAULT_PEER_MODE: Decided<PeerMode> = {
  mode: 'PERMISSIVE',
  decidedBy: null,
  at: 'default PERMISSIVE',
};

/** The mode that an object sets at the top; `null` when it leaves it unset, and so inherits. */
export function peerModeOf(mode: string | null): PeerMode | null {
  return mode === 'STRICT' || mode === 'PERMISSIVE' || mode === 'DISABLE' ? mode : null;
}

/** The mode of the whole mesh: the oldest PeerAuthentication without selector in the root namespace. */
export function meshPeerMode(index: TopologyIndex): Decided<PeerMode> {
  const object = scopeOwner(index, index.topology.mesh.rootNamespace);
  return inherit(DEFAULT_PEER_MODE, object);
}

/** The mode of a namespace after the mesh's: its oldest PeerAuthentication without selector. */
export const namespacePeerMode = perTopologyBy(
  (index: TopologyIndex, namespace: string): Decided<PeerMode> => {
    const mesh = meshPeerMode(index);
    if (namespace === index.topology.mesh.rootNamespace) return mesh;
    return inherit(mesh, scopeOwner(index, namespace));
  },
);

/**
 * The oldest PeerAuthentication whose selector takes the workload; `null` when none does. Those in the root namespace
 * are ignored by istiod, although the field's documentation says otherwise.
 */
export function workloadPeerAuthentication(
  index: TopologyIndex,
  workload: Pick<Workload, 'namespace' | 'labels'>,
): ConfigObject | null {
  if (workload.namespace === index.topology.mesh.rootNamespace) return null;
  const taking = selecting(index, workload.namespace).find(({ selector }) =>
    selectorMatches(selector, workload.labels),
  );
  return taking?.object ?? null;
}

/** PeerAuthentications with a selector in a namespace, oldest first. */
const selecting = perTopologyBy((index: TopologyIndex, namespace: string) =>
  index.configIn(KIND, namespace).flatMap((object) => {
    const selector = peerSelector(object);
    return selector === null ? [] : [{ selector, object }];
  }),
);

/** Labels that a PeerAuthentication selects by; `null` when it speaks for its whole scope (empty counts as none). */
export function peerSelector(object: ConfigObject): Readonly<Record<string, string>> | null {
  const labels = readStringMap(object.spec, 'selector', 'matchLabels');
  return labels === null || Object.keys(labels).length === 0 ? null : labels;
}

/** PeerAuthentications without selector in a namespace, oldest first; only the first counts. */
export const scopeCandidates = perTopologyBy(
  (index: TopologyIndex, namespace: string): readonly ConfigObject[] =>
    index.configIn(KIND, namespace).filter((object) => peerSelector(object) === null),
);

/** The mode after an object that may leave it unset. */
export function inherit(parent: Decided<PeerMode>, object: ConfigObject | null): Decided<PeerMode> {
  if (object === null) return parent;
  const mode = peerModeOf(readString(object.spec, 'mtls', 'mode'));
  return mode === null ? parent : { mode, decidedBy: refOf(object), at: 'spec.mtls.mode' };
}

/** The modes by port that an object sets, as written; ports that inherit (UNSET) are left out. */
export function portModes(object: ConfigObject): ReadonlyMap<number, PeerMode> {
  const modes = new Map<number, PeerMode>();
  for (const [port, entry] of Object.entries(readObject(object.spec, 'portLevelMtls') ?? {})) {
    const mode = peerModeOf(readString(entry, 'mode'));
    if (mode !== null) modes.set(Number(port), mode);
  }
  return modes;
}

function scopeOwner(index: TopologyIndex, namespace: string): ConfigObject | null {
  return scopeCandidates(index, namespace)[0] ?? null;
}

import { capturedProxy, noProxyText } from '@/mesh/mtls/captured-proxy';
import {
  inherit,
  namespacePeerMode,
  peerModeOf,
  portModes,
  workloadPeerAuthentication,
} from '@/mesh/mtls/peer-authentication';
import { readString } from '@/mesh/read-json';
import { refOf } from '@/mesh/topology/object';
import type { Decided, PeerMode } from '@/mesh/mtls/mtls';
import type { ConfigObject } from '@/mesh/topology/object';
import type { TopologyIndex } from '@/mesh/topology/topology-index';
import type { Workload } from '@/mesh/topology/topology';

const EXCLUDED_PORTS = 'traffic.sidecar.istio.io/excludeInboundPorts';
const INCLUDED_PORTS = 'traffic.sidecar.istio.io/includeInboundPorts';

/**
 * What a workload accepts on one of its own (container) ports, with the object that decides: mesh, then namespace, then
 * workload, then the workload object's port entry. `port` `null` asks for the workload without port exceptions.
 * `no-proxy`: nothing there speaks mutual TLS, or the port is excluded from the sidecar. `null` when no pod could be
 * looked at.
 *
 * Ambient pods differ: ztunnel always offers mutual TLS, so DISABLE counts as PERMISSIVE there.
 */
export function effectiveServerMode(
  index: TopologyIndex,
  workload: Workload,
  port: number | null,
): Decided<PeerMode | 'no-proxy'> | null {
  const proxy = capturedProxy(workload);
  if (proxy === 'unknown') return null;
  if (proxy === 'none') return { mode: 'no-proxy', decidedBy: null, at: noProxyText(workload) };
  const passedBy = port === null ? null : bypassOf(workload, port);
  if (passedBy !== null) return { mode: 'no-proxy', decidedBy: null, at: `annotation ${passedBy}` };
  const decided = configuredServerMode(index, workload, port);
  return proxy === 'ambient' ? asAmbient(decided) : decided;
}

/** The mode by PeerAuthentication alone, whatever proxy the workload has. */
export function configuredServerMode(
  index: TopologyIndex,
  workload: Workload,
  port: number | null,
): Decided<PeerMode> {
  const parent = namespacePeerMode(index, workload.namespace);
  const own = workloadPeerAuthentication(index, workload);
  if (own === null) return parent;
  const mode = inherit(parent, own);
  const byPort = port === null ? undefined : portModes(own).get(port);
  if (byPort === undefined) return mode;
  if (workload.proxy === 'ambient' && isIgnoredByAmbient(own, parent)) return mode;
  return { mode: byPort, decidedBy: refOf(own), at: `spec.portLevelMtls.${port}` };
}

/**
 * Ambient mode makes port exceptions of a workload object without a mode of its own, under a STRICT parent, only when
 * one of them is PERMISSIVE; DISABLE alone is not seen.
 */
function isIgnoredByAmbient(own: ConfigObject, parent: Decided<PeerMode>): boolean {
  const isUnset = peerModeOf(readString(own.spec, 'mtls', 'mode')) === null;
  const modes = [...portModes(own).values()];
  return isUnset && parent.mode === 'STRICT' && !modes.includes('PERMISSIVE');
}

function asAmbient(decided: Decided<PeerMode>): Decided<PeerMode> {
  if (decided.mode !== 'DISABLE') return decided;
  return {
    ...decided,
    mode: 'PERMISSIVE',
    at: `${decided.at} (DISABLE counts as PERMISSIVE in ambient mode)`,
  };
}

/** The annotation by which traffic to a port goes around the sidecar; `null` when it is captured, as it is by default. */
function bypassOf({ annotations }: Workload, port: number): string | null {
  const names = (annotation: string | undefined) =>
    (annotation ?? '').split(',').some((entry) => entry.trim() !== '' && Number(entry) === port);
  if (names(annotations[EXCLUDED_PORTS])) return EXCLUDED_PORTS;
  const included = annotations[INCLUDED_PORTS];
  const isAll = included === undefined || included.trim() === '*';
  return isAll || names(included) ? null : INCLUDED_PORTS;
}

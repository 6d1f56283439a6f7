import { configuredServerMode } from '@/mesh/mtls/effective-server-mode';
import { lookUpDestinationRule } from '@/mesh/mtls/destination-rule-lookup';
import { namespacePeerMode } from '@/mesh/mtls/peer-authentication';
import { readNumber, readObject, readObjects, readString } from '@/mesh/read-json';
import { refOf } from '@/mesh/topology/object';
import { selectorMatches } from '@/mesh/topology/selector-matches';
import { usedSubsets } from '@/mesh/mtls/used-subsets';
import type { JsonObject } from '@/mesh/json';
import type { ClientMode, Decided } from '@/mesh/mtls/mtls';
import type { ResolvedDestinationRule, SubsetRule } from '@/mesh/mtls/destination-rule-lookup';
import type { ObjectRef } from '@/mesh/topology/object';
import type { Service, Workload } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** A client, the host it asks for, and where that leads. */
export interface ClientQuestion {
  readonly client: Workload;
  /** Fully qualified; `null` when metrics name none. */
  readonly host: string | null;
  readonly service: Service | null;
  readonly destination: Workload | null;
  /** Port of the Service; `null` when unknown. */
  readonly servicePort: number | null;
}

const TUNNEL_LABEL = 'networking.istio.io/tunnel';

/**
 * What the client's proxy does toward a destination, with the object that decides: HBONE where both ends take part in
 * ambient mode, else the `tls` of the DestinationRule that the client resolves, else auto mTLS where it is in force.
 * `plaintext` says in `at` why auto mTLS is not. `null` when the client's proxy is not known.
 */
export function effectiveClientTls(
  index: TopologyIndex,
  question: ClientQuestion,
): Decided<ClientMode> | null {
  const { client, destination } = question;
  if (client.proxy === 'unknown') return null;
  if (client.proxy === 'none') return { mode: 'none', decidedBy: null, at: 'no proxy in its pods' };
  if (destination?.proxy === 'ambient') return hbone('the server is in ambient mode');
  if (client.proxy === 'ambient') return ambientClient(destination);
  const rule = resolveRule(index, question);
  const subset = subsetOf(index, question, rule);
  const explicit = tlsMode(rule, subset, question.servicePort);
  return explicit ?? autoMtls(index, question, rule);
}

function hbone(at: string): Decided<ClientMode> {
  return { mode: 'hbone', decidedBy: null, at };
}

/** ztunnel reads no DestinationRule; toward a sidecar it tunnels only when the pod says that it understands HBONE. */
function ambientClient(destination: Workload | null): Decided<ClientMode> {
  if (destination?.labels[TUNNEL_LABEL] === 'http') return hbone(`label ${TUNNEL_LABEL}`);
  const at =
    destination === null || destination.proxy === 'none'
      ? 'ztunnel, to a server outside ambient mode'
      : `ztunnel, to a sidecar without label ${TUNNEL_LABEL}`;
  return { mode: 'plaintext', decidedBy: null, at };
}

function resolveRule(
  index: TopologyIndex,
  question: ClientQuestion,
): ResolvedDestinationRule | null {
  const { client, host, service } = question;
  if (host === null) return null;
  return lookUpDestinationRule(index, {
    clientNamespace: client.namespace,
    clientLabels: client.labels,
    host,
    serviceNamespace:
      service?.namespace ?? index.serviceEntryOf(host)?.object.meta.namespace ?? null,
  });
}

/** The subset that a route uses and whose labels the destination has: only then is its policy in force. */
function subsetOf(
  index: TopologyIndex,
  question: ClientQuestion,
  rule: ResolvedDestinationRule | null,
): SubsetRule | null {
  const { host, destination } = question;
  if (rule === null || host === null || destination === null) return null;
  const used = usedSubsets(index, host);
  for (const subset of rule.subsets.values()) {
    if (used.has(subset.name) && selectorMatches(subset.labels, destination.labels)) return subset;
  }
  return null;
}

interface FoundTls {
  readonly tls: JsonObject;
  readonly at: string;
  readonly object: ObjectRef;
}

function tlsMode(
  rule: ResolvedDestinationRule | null,
  subset: SubsetRule | null,
  port: number | null,
): Decided<ClientMode> | null {
  const bySubset = subset === null ? null : subsetTls(subset, port);
  const isReplaced = hasBlockFor(subset?.trafficPolicy ?? null, port);
  const found = bySubset ?? (isReplaced ? null : topTls(rule, port));
  if (found === null) return null;
  const mode = readString(found.tls, 'mode') ?? 'DISABLE';
  if (mode !== 'DISABLE' && mode !== 'SIMPLE' && mode !== 'MUTUAL' && mode !== 'ISTIO_MUTUAL')
    return null;
  return { mode, decidedBy: found.object, at: `${found.at}.tls.mode` };
}

function subsetTls(subset: SubsetRule, port: number | null): FoundTls | null {
  if (subset.trafficPolicy === null) return null;
  const base = `spec.subsets[${subset.position}].trafficPolicy`;
  return policyTls(subset.trafficPolicy, port, base, refOf(subset.object));
}

function topTls(rule: ResolvedDestinationRule | null, port: number | null): FoundTls | null {
  if (rule === null || rule.trafficPolicy === null) return null;
  const { policy, object } = rule.trafficPolicy;
  return policyTls(policy, port, 'spec.trafficPolicy', refOf(object));
}

/** True when a policy has a block for the port; a subset's block also replaces what the rule says for all subsets. */
function hasBlockFor(policy: JsonObject | null, port: number | null): boolean {
  if (policy === null || port === null) return false;
  return readObjects(policy, 'portLevelSettings').some(
    (block) => readNumber(block, 'port', 'number') === port,
  );
}

/** A block for the port replaces the whole policy: without `tls` there, TLS is unset, not inherited. */
function policyTls(
  policy: JsonObject,
  port: number | null,
  at: string,
  object: ObjectRef,
): FoundTls | null {
  const blocks = readObjects(policy, 'portLevelSettings');
  const position = blocks.findIndex((block) => readNumber(block, 'port', 'number') === port);
  const block = port === null ? undefined : blocks[position];
  const tls = readObject(block ?? policy, 'tls');
  if (tls === null) return null;
  return { tls, object, at: block === undefined ? at : `${at}.portLevelSettings[${position}]` };
}

/**
 * Auto mTLS needs three things: the mesh switch, a destination in the mesh, and a service that is not inferred to
 * refuse it. That inference reads only the namespace's and the mesh's PeerAuthentication, never those of the workload
 * or port: hence the trap of a DISABLE namespace with a STRICT workload.
 */
function autoMtls(
  index: TopologyIndex,
  question: ClientQuestion,
  rule: ResolvedDestinationRule | null,
): Decided<ClientMode> {
  const { service, destination, host } = question;
  const plaintext = (at: string, decidedBy: ObjectRef | null = null): Decided<ClientMode> => ({
    mode: 'plaintext',
    decidedBy,
    at,
  });
  if (!index.topology.mesh.enableAutoMtls) return plaintext('mesh config enableAutoMtls: false');
  const entry = service === null && host !== null ? index.serviceEntryOf(host) : null;
  if (entry !== null && readString(entry.object.spec, 'location') !== 'MESH_INTERNAL') {
    return plaintext('the host is outside the mesh', refOf(entry.object));
  }
  const namespace = service?.namespace ?? destination?.namespace ?? null;
  if (namespace === null) return plaintext('the host is outside the mesh');
  const inferred = namespacePeerMode(index, namespace);
  if (inferred.mode === 'DISABLE') {
    return plaintext(
      `auto mTLS is off for the service: ${inferred.at} is DISABLE`,
      inferred.decidedBy,
    );
  }
  const bare = service === null ? null : endpointWithoutSidecar(index, service, rule);
  if (bare !== null) return plaintext(`auto mTLS is off for the service: ${bare}`);
  return { mode: 'auto', decidedBy: null, at: 'auto mTLS' };
}

/** Headless Services and PASSTHROUGH balancing have one TLS setting for all endpoints, so all need a sidecar. */
function endpointWithoutSidecar(
  index: TopologyIndex,
  service: Service,
  rule: ResolvedDestinationRule | null,
): string | null {
  const policy = rule?.trafficPolicy?.policy;
  const isPassthrough = readString(policy, 'loadBalancer', 'simple') === 'PASSTHROUGH';
  if (!service.headless && !isPassthrough) return null;
  const kind = service.headless ? 'headless' : 'PASSTHROUGH';
  const workloads = index.workloadsOf(service);
  if (workloads.length === 0) return `it is ${kind} and has no endpoints`;
  const bare = workloads.find(({ proxiedPods, pods }) => proxiedPods < pods);
  return bare === undefined ? null : `it is ${kind} and ${bare.name} has pods without a sidecar`;
}

/** True when auto mTLS picks mutual TLS for an endpoint: it has a sidecar, and its own policy is not DISABLE. */
export function isAutoMtlsEndpoint(
  index: TopologyIndex,
  destination: Workload,
  workloadPort: number | null,
): boolean {
  if (destination.proxy !== 'sidecar' && destination.proxy !== 'gateway') return false;
  return configuredServerMode(index, destination, workloadPort).mode !== 'DISABLE';
}

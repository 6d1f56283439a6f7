import { barePods, capturedProxy, noProxyText } from '@/mesh/mtls/captured-proxy';
import { configuredServerMode } from '@/mesh/mtls/effective-server-mode';
import { lookUpDestinationRule } from '@/mesh/mtls/destination-rule-lookup';
import { namespacePeerMode } from '@/mesh/mtls/peer-authentication';
import { policyField } from '@/mesh/mtls/traffic-policy';
import { readString } from '@/mesh/read-json';
import { refOf } from '@/mesh/topology/object';
import { selectorMatches } from '@/mesh/topology/selector-matches';
import { usedSubsets } from '@/mesh/mtls/used-subsets';
import type { ClientMode, Decided } from '@/mesh/mtls/mtls';
import type { EdgeHost } from '@/mesh/mtls/edge-ports';
import type { ResolvedDestinationRule, SubsetRule } from '@/mesh/mtls/destination-rule-lookup';
import type { ObjectRef } from '@/mesh/topology/object';
import type { Service, Workload } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** A client, the host it asks for, and where that leads. */
export interface ClientQuestion extends EdgeHost {
  readonly client: Workload;
  /** Fully qualified; `null` when metrics name none. */
  readonly host: string | null;
  readonly destination: Workload | null;
}

/** One way in which a client's traffic to a host may be treated: by port of the Service, and by subset of its rule. */
export interface ClientPath {
  readonly rule: ResolvedDestinationRule | null;
  readonly subset: SubsetRule | null;
  /** Port of the Service or ServiceEntry; `null` when unknown. */
  readonly servicePort: number | null;
}

const TUNNEL_LABEL = 'networking.istio.io/tunnel';

/** Label of a pod that says whether its sidecar answers mutual TLS; set by the injector, `disabled` by hand. */
const TLS_MODE_LABEL = 'security.istio.io/tlsMode';

/**
 * What the client's proxy does toward a destination, with the object that decides: HBONE where both ends take part in
 * ambient mode, else the `tls` of the DestinationRule that the client resolves, else auto mTLS where it is in force.
 * `plaintext` says in `at` why auto mTLS is not. `null` when the client's proxy is not known.
 */
export function effectiveClientTls(
  index: TopologyIndex,
  question: ClientQuestion,
  path: ClientPath,
): Decided<ClientMode> | null {
  const { client, destination } = question;
  const own = capturedProxy(client);
  const others = destination === null ? null : capturedProxy(destination);
  if (own === 'unknown') return null;
  if (own === 'none') return { mode: 'none', decidedBy: null, at: noProxyText(client) };
  if (others === 'ambient') return hbone('the server is in ambient mode');
  if (own === 'ambient') return ambientClient(destination);
  return explicitMode(path) ?? autoMtls(index, question, path);
}

/**
 * The DestinationRule that a client resolves, with each of its subsets that routes send traffic to and that the
 * destination is in; `null` among them for traffic that goes to the host as a whole. Never empty.
 */
export function clientRules(
  index: TopologyIndex,
  question: ClientQuestion,
): readonly Omit<ClientPath, 'servicePort'>[] {
  const { host, destination } = question;
  const rule = resolveRule(index, question);
  if (rule === null || host === null || destination === null) return [{ rule, subset: null }];
  const used = usedSubsets(index, host);
  const subsets = [...rule.subsets.values()].filter(
    ({ name, labels }) => used.names.has(name) && selectorMatches(labels, destination.labels),
  );
  const paths = subsets.map((subset) => ({ rule, subset }));
  return used.isWholeUsed || paths.length === 0 ? [...paths, { rule, subset: null }] : paths;
}

function hbone(at: string): Decided<ClientMode> {
  return { mode: 'hbone', decidedBy: null, at };
}

/** ztunnel reads no DestinationRule; toward a sidecar it tunnels only when the pod says that it understands HBONE. */
function ambientClient(destination: Workload | null): Decided<ClientMode> {
  const isBare = destination === null || capturedProxy(destination) === 'none';
  if (!isBare && destination.labels[TUNNEL_LABEL] === 'http') {
    return hbone(`label ${TUNNEL_LABEL}`);
  }
  const at = isBare
    ? 'ztunnel, to a server outside ambient mode'
    : `ztunnel, to a sidecar without label ${TUNNEL_LABEL}`;
  return { mode: 'plaintext', decidedBy: null, at };
}

function resolveRule(
  index: TopologyIndex,
  { client, host, service, entry }: ClientQuestion,
): ResolvedDestinationRule | null {
  if (host === null) return null;
  return lookUpDestinationRule(index, {
    clientNamespace: client.namespace,
    clientLabels: client.labels,
    host,
    serviceNamespace: service?.namespace ?? entry?.meta.namespace ?? null,
  });
}

function explicitMode({ rule, subset, servicePort }: ClientPath): Decided<ClientMode> | null {
  const found = policyField(rule, subset, servicePort, 'tls');
  if (found === null) return null;
  const mode = readString(found.value, 'mode') ?? 'DISABLE';
  if (mode !== 'DISABLE' && mode !== 'SIMPLE' && mode !== 'MUTUAL' && mode !== 'ISTIO_MUTUAL')
    return null;
  return { mode, decidedBy: found.object, at: `${found.at}.mode` };
}

const AUTO: Decided<ClientMode> = { mode: 'auto', decidedBy: null, at: 'auto mTLS' };

function plaintext(at: string, decidedBy: ObjectRef | null = null): Decided<ClientMode> {
  return { mode: 'plaintext', decidedBy, at };
}

/**
 * Auto mTLS needs three things: the mesh switch, a destination in the mesh, and a service that is not inferred to
 * refuse it. That inference reads only the namespace's and the mesh's PeerAuthentication, never those of the workload
 * or port: hence the trap of a DISABLE namespace with a STRICT workload.
 */
function autoMtls(
  index: TopologyIndex,
  question: ClientQuestion,
  path: ClientPath,
): Decided<ClientMode> {
  const { service, destination, entry } = question;
  if (!index.topology.mesh.enableAutoMtls) return plaintext('mesh config enableAutoMtls: false');
  if (entry !== null && readString(entry.spec, 'location') !== 'MESH_INTERNAL') {
    return plaintext('the host is outside the mesh', refOf(entry));
  }
  if (service !== null && service.externalName !== null) {
    return plaintext(`the Service is an alias of ${service.externalName}`);
  }
  const namespace = service?.namespace ?? entry?.meta.namespace ?? destination?.namespace ?? null;
  if (namespace === null) return plaintext('the host is outside the mesh');
  const inferred = namespacePeerMode(index, namespace);
  if (inferred.mode === 'DISABLE') {
    return plaintext(
      `auto mTLS is off for the service: ${inferred.at} is DISABLE`,
      inferred.decidedBy,
    );
  }
  const bare = service === null ? null : endpointWithoutSidecar(index, service, path);
  if (bare !== null) {
    return plaintext(`auto mTLS is off for the service: ${bare.at}`, bare.decidedBy);
  }
  return AUTO;
}

/**
 * Headless Services and PASSTHROUGH balancing have one TLS setting for all endpoints, so all need a sidecar. Balancing
 * counts as the subset or the port has it, while endpoints are those of the whole Service.
 */
function endpointWithoutSidecar(
  index: TopologyIndex,
  service: Service,
  { rule, subset, servicePort }: ClientPath,
): { readonly at: string; readonly decidedBy: ObjectRef | null } | null {
  const balancing = policyField(rule, subset, servicePort, 'loadBalancer');
  const isPassthrough = readString(balancing?.value, 'simple') === 'PASSTHROUGH';
  if (!service.headless && !isPassthrough) return null;
  const kind = service.headless ? 'headless' : 'PASSTHROUGH';
  const decidedBy = service.headless ? null : (balancing?.object ?? null);
  const workloads = index.workloadsOf(service).filter(({ pods }) => pods > 0);
  if (workloads.length === 0) return { at: `it is ${kind} and has no endpoints`, decidedBy };
  const bare = workloads.find((workload) => barePods(workload) > 0);
  if (bare === undefined) return null;
  return { at: `it is ${kind} and ${bare.name} has pods without a sidecar`, decidedBy };
}

/** True when auto mTLS picks mutual TLS for an endpoint: it has a sidecar, and its own policy is not DISABLE. */
export function isAutoMtlsEndpoint(
  index: TopologyIndex,
  destination: Workload,
  workloadPort: number | null,
): boolean {
  const proxy = capturedProxy(destination);
  if (proxy !== 'sidecar' && proxy !== 'gateway') return false;
  if (destination.labels[TLS_MODE_LABEL] === 'disabled') return false;
  return configuredServerMode(index, destination, workloadPort).mode !== 'DISABLE';
}

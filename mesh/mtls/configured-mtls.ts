import { barePods, capturedProxy } from '@/mesh/mtls/captured-proxy';
import {
  clientRules,
  effectiveClientTls,
  isAutoMtlsEndpoint,
} from '@/mesh/mtls/effective-client-tls';
import { decideOutcome } from '@/mesh/mtls/decide-outcome';
import { edgePorts } from '@/mesh/mtls/edge-ports';
import { effectiveServerMode } from '@/mesh/mtls/effective-server-mode';
import { readString } from '@/mesh/read-json';
import { sameDecision } from '@/mesh/mtls/same-decision';
import { withServerFirst } from '@/mesh/mtls/server-first';
import type { ClientPath, ClientQuestion } from '@/mesh/mtls/effective-client-tls';
import type { EdgeHost, EdgePort } from '@/mesh/mtls/edge-ports';
import type { ClientMode, Decided, EdgeMtls } from '@/mesh/mtls/mtls';
import type { Outcome } from '@/mesh/mtls/decide-outcome';
import type { Workload } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** Both ends of an edge as the cluster knows them. */
export interface MtlsEnds {
  /** `unknown`: the client has no identity; `null`: metrics name one that the cluster no longer has. */
  readonly client: Workload | 'unknown' | null;
  readonly destination: Workload | null;
  /** Fully qualified; `null` when metrics name none. */
  readonly host: string | null;
  readonly protocol: 'http' | 'grpc' | 'tcp';
}

/** What is configured, and a reason to go with it. */
export type ConfiguredMtls = Pick<EdgeMtls, 'server' | 'client' | 'configured'> & {
  readonly why: string;
};

/**
 * Whose objects configure the proxies of the two ends; the same where one cluster is watched. `null` where nobody can tell,
 * so that nothing is known of what is configured there.
 */
export interface MtlsPerspectives {
  readonly client: TopologyIndex | null;
  readonly server: TopologyIndex | null;
}

/**
 * What the configuration does with an edge. Metrics name neither port nor subset, so every one that the traffic may have
 * used is looked at; where they differ, the answer is `null` and `why` says so.
 */
export function configuredMtls(views: MtlsPerspectives, ends: MtlsEnds): ConfiguredMtls {
  // What a host is, the client's istiod says.
  const host = hostOf(views.client ?? views.server, ends.host);
  const ports = edgePorts(host, ends.destination, ends.protocol);
  const answers: ConfiguredMtls[] = [];
  for (const port of ports) {
    for (const client of clientsOf(views.client, ends, host, port)) {
      answers.push(forPort(views, ends, host, port, client));
    }
  }
  const [first] = answers;
  if (first === undefined) return { server: null, client: null, configured: null, why: '' };
  if (answers.length === 1) return first;
  const isSame = answers.every(({ configured }) => configured === first.configured);
  return {
    server: sameDecision(answers.map(({ server }) => server)),
    client: sameDecision(answers.map(({ client }) => client)),
    configured: isSame ? first.configured : null,
    why: isSame
      ? first.why
      : `the ${ports.length > 1 ? 'ports of the service' : 'subsets'} are configured differently, and metrics name ${ports.length > 1 ? 'no port' : 'no subset'}`,
  };
}

function hostOf(index: TopologyIndex | null, host: string | null): EdgeHost {
  if (index === null) return { service: null, entry: null };
  const service = host === null ? null : index.serviceOfHost(host);
  const entry = host === null || service !== null ? null : index.serviceEntryOf(host);
  return { service, entry: entry?.object ?? null };
}

/** What the client does on one port, once for each subset that its traffic may go through. */
function clientsOf(
  index: TopologyIndex | null,
  { client, destination, host }: MtlsEnds,
  { service, entry }: EdgeHost,
  { servicePort }: EdgePort,
): readonly (Decided<ClientMode> | null)[] {
  if (client === 'unknown') {
    return [{ mode: 'none', decidedBy: null, at: 'a client without identity' }];
  }
  if (client === null || index === null) return [null];
  const question: ClientQuestion = { client, host, service, entry, destination };
  return clientRules(index, question).map((rule): Decided<ClientMode> | null => {
    const path: ClientPath = { ...rule, servicePort };
    return effectiveClientTls(index, question, path);
  });
}

function forPort(
  views: MtlsPerspectives,
  { destination }: MtlsEnds,
  host: EdgeHost,
  port: EdgePort,
  client: Decided<ClientMode> | null,
): ConfiguredMtls {
  if (destination === null) {
    const isDeclared = host.service !== null || host.entry !== null;
    if (!isDeclared) return { server: null, client: null, configured: null, why: NOWHERE };
    return { server: null, client, ...external(client, host, port) };
  }
  const server =
    views.server === null
      ? null
      : effectiveServerMode(views.server, destination, port.workloadPort);
  if (client === null || server === null || views.server === null) {
    return { server, client, configured: null, why: '' };
  }
  // Whether an endpoint takes mutual TLS the client's istiod tells, by its own objects.
  const isAuto = isAutoMtlsEndpoint(views.client ?? views.server, destination, port.workloadPort);
  const decided = decideOutcome(client.mode, server.mode, isAuto);
  const { mesh } = views.server.topology;
  const outcome = withServerFirst(decided, server.mode, port.serverFirst, destination, mesh);
  return { server, client, ...withBarePods(outcome, client.mode, destination) };
}

/** A host that nobody declares and that is no PassthroughCluster: the proxy found no route for it. */
const NOWHERE = 'the calls reached no workload, and nothing in the cluster declares their host';

type Told = Pick<ConfiguredMtls, 'configured' | 'why'>;

/** Pods of one workload that have no proxy are called otherwise than those that have one. */
function withBarePods(outcome: Outcome, client: ClientMode, destination: Workload): Told {
  const { pods } = destination;
  const without = barePods(destination);
  if (capturedProxy(destination) === 'none' || without <= 0) return outcome;
  const bare = decideOutcome(client === 'hbone' ? 'plaintext' : client, 'no-proxy', false);
  if (bare.configured === outcome.configured) return outcome;
  if (outcome.configured === 'broken') return outcome;
  return {
    configured: bare.configured === 'broken' ? 'broken' : null,
    why: `${without} of ${pods} pods of the server have no proxy, and calls to them are ${WORD[bare.configured]}`,
  };
}

const WORD = {
  mtls: 'mutual TLS',
  tls: 'TLS to the application',
  plaintext: 'plaintext',
  broken: 'refused',
} as const satisfies Record<Outcome['configured'], string>;

/** Hosts without a workload: only what the client does can be told. */
function external(
  client: Decided<ClientMode> | null,
  { service, entry }: EdgeHost,
  port: EdgePort,
): Told {
  const isAlias = service !== null && service.externalName !== null;
  if (service !== null && !isAlias) {
    return {
      configured: null,
      why: 'the calls reached no workload, so there is no server to judge',
    };
  }
  if (client === null) return { configured: null, why: '' };
  if (client.mode === 'SIMPLE' || client.mode === 'MUTUAL') {
    return { configured: 'tls', why: 'the client originates TLS to the external host' };
  }
  if (port.isOwnTls) {
    const by = isAlias ? 'Service' : 'ServiceEntry';
    return { configured: 'tls', why: `the application speaks TLS itself, as the ${by} declares` };
  }
  const isInternal = entry !== null && readString(entry.spec, 'location') === 'MESH_INTERNAL';
  if (isInternal) return { configured: null, why: 'the endpoints of the host are not known' };
  return client.mode === 'plaintext' || client.mode === 'DISABLE'
    ? { configured: 'plaintext', why: 'nothing encrypts calls to the external host' }
    : { configured: null, why: '' };
}

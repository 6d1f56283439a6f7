import { decideOutcome } from '@/mesh/mtls/decide-outcome';
import { edgePorts } from '@/mesh/mtls/edge-ports';
import { effectiveClientTls, isAutoMtlsEndpoint } from '@/mesh/mtls/effective-client-tls';
import { effectiveServerMode } from '@/mesh/mtls/effective-server-mode';
import { readObjects, readString } from '@/mesh/read-json';
import type { EdgePort } from '@/mesh/mtls/edge-ports';
import type { EdgeMtls } from '@/mesh/mtls/mtls';
import type { Service, Workload } from '@/mesh/topology/topology';
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
 * What the configuration does with an edge. Metrics name no port, so every port that the traffic may have used is
 * looked at; where they differ, the answer is `null` and `why` says so.
 */
export function configuredMtls(index: TopologyIndex, ends: MtlsEnds): ConfiguredMtls {
  const service = ends.host === null ? null : index.serviceOfHost(ends.host);
  const answers = edgePorts(service, ends.destination, ends.protocol).map((port) =>
    forPort(index, ends, service, port),
  );
  const [first] = answers;
  if (first === undefined) return { server: null, client: null, configured: null, why: '' };
  const isSame = answers.every(({ configured }) => configured === first.configured);
  return {
    server: answers.every(({ server }) => server?.mode === first.server?.mode)
      ? first.server
      : null,
    client: answers.every(({ client }) => client?.mode === first.client?.mode)
      ? first.client
      : null,
    configured: isSame ? first.configured : null,
    why: isSame
      ? first.why
      : 'the ports of the service are configured differently, and metrics name no port',
  };
}

function forPort(
  index: TopologyIndex,
  ends: MtlsEnds,
  service: Service | null,
  port: EdgePort,
): ConfiguredMtls {
  const { destination, host } = ends;
  const client =
    ends.client === 'unknown'
      ? { mode: 'none' as const, decidedBy: null, at: 'a client without identity' }
      : ends.client === null
        ? null
        : effectiveClientTls(index, {
            client: ends.client,
            host,
            service,
            destination,
            servicePort: port.servicePort,
          });
  if (destination === null) return external(index, client, host, service);
  const server = effectiveServerMode(index, destination, port.workloadPort);
  if (client === null || server === null) return { server, client, configured: null, why: '' };
  const isAuto = isAutoMtlsEndpoint(index, destination, port.workloadPort);
  return { server, client, ...decideOutcome(client.mode, server.mode, isAuto) };
}

/** Hosts without a workload: only what the client does can be told. */
function external(
  index: TopologyIndex,
  client: ConfiguredMtls['client'],
  host: string | null,
  service: Service | null,
): ConfiguredMtls {
  const answer = (configured: ConfiguredMtls['configured'], why: string): ConfiguredMtls => ({
    server: null,
    client,
    configured,
    why,
  });
  if (client === null || host === null || service !== null) return answer(null, '');
  const entry = index.serviceEntryOf(host);
  if (entry === null) return answer(null, '');
  if (client.mode === 'SIMPLE' || client.mode === 'MUTUAL') {
    return answer('tls', 'the client originates TLS to the external host');
  }
  const ports = readObjects(entry.object.spec, 'ports');
  const isOwnTls = ports.every((port) => /^(https|tls)$/i.test(readString(port, 'protocol') ?? ''));
  if (ports.length > 0 && isOwnTls) {
    return answer('tls', 'the application speaks TLS itself, as the ServiceEntry declares');
  }
  return client.mode === 'plaintext' || client.mode === 'DISABLE'
    ? answer('plaintext', 'nothing encrypts calls to the external host')
    : answer(null, '');
}

import { readNumber, readObjects, readString } from '@/mesh/read-json';
import { serverFirstProtocol } from '@/mesh/mtls/server-first';
import type { ConfigObject } from '@/mesh/topology/object';
import type { Service, ServicePort, Workload } from '@/mesh/topology/topology';

/** A port of a host and the container port behind it; either is `null` when it is not known. */
export interface EdgePort {
  readonly servicePort: number | null;
  readonly workloadPort: number | null;
  /** The port is declared to carry TLS that the application speaks itself (HTTPS, TLS). */
  readonly isOwnTls: boolean;
  /** Protocol of a TCP port on which the server speaks first, e.g. `MySQL`; `null` when it does not, or nothing says so. */
  readonly serverFirst: string | null;
}

/** What a host stands for in the cluster; both `null` for a host that nobody declares. */
export interface EdgeHost {
  readonly service: Service | null;
  /** The ServiceEntry, where no Service has the host. */
  readonly entry: ConfigObject | null;
}

const UNKNOWN: EdgePort = {
  servicePort: null,
  workloadPort: null,
  isOwnTls: false,
  serverFirst: null,
};

/**
 * The ports that traffic of a protocol from a client may have used: metrics name no port, so it is those of the Service
 * or ServiceEntry whose declared protocol fits (all of them when none does). One entry without numbers when nothing is
 * known.
 */
export function edgePorts(
  host: EdgeHost,
  workload: Workload | null,
  protocol: 'http' | 'grpc' | 'tcp',
): readonly EdgePort[] {
  const declared = host.service?.ports ?? entryPorts(host.entry);
  if (declared.length === 0) return [UNKNOWN];
  const fitting = declared.filter((port) => fits(port, protocol));
  const ports = fitting.length > 0 ? fitting : declared;
  return ports.map((port) => ({
    servicePort: port.port,
    workloadPort: targetPort(port, workload),
    isOwnTls: isOwnTls(protocolOf(port)),
    serverFirst: protocol === 'tcp' ? serverFirstProtocol(port, protocolOf(port)) : null,
  }));
}

function isOwnTls(declared: string): boolean {
  return declared === 'https' || declared === 'tls';
}

function entryPorts(entry: ConfigObject | null): readonly ServicePort[] {
  if (entry === null) return [];
  return readObjects(entry.spec, 'ports').flatMap((port) => {
    const number = readNumber(port, 'number');
    if (number === null) return [];
    return [
      {
        name: readString(port, 'name'),
        port: number,
        targetPort: readNumber(port, 'targetPort') ?? number,
        protocol: 'TCP',
        appProtocol: readString(port, 'protocol'),
      },
    ];
  });
}

/** Istio reads the protocol from `appProtocol`, else from the part of the name before `-`; empty: it sniffs. */
function protocolOf(port: ServicePort): string {
  return (port.appProtocol ?? port.name?.split('-')[0] ?? '').toLowerCase();
}

function fits(port: ServicePort, protocol: 'http' | 'grpc' | 'tcp'): boolean {
  const declared = protocolOf(port);
  if (declared === '') return true;
  const isGrpc = declared.startsWith('grpc') || declared.includes('h2c');
  const isHttp = isGrpc || declared.startsWith('http') || declared.endsWith('/http');
  if (declared === 'https') return protocol === 'tcp';
  return protocol === 'tcp' ? !isHttp : isHttp;
}

function targetPort(port: ServicePort, workload: Workload | null): number | null {
  if (typeof port.targetPort === 'number') return port.targetPort;
  return workload?.ports.find(({ name }) => name === port.targetPort)?.port ?? null;
}

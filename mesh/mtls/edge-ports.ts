import type { Service, ServicePort, Workload } from '@/mesh/topology/topology';

/** A Service port and the container port behind it; either is `null` when it is not known. */
export interface EdgePort {
  readonly servicePort: number | null;
  readonly workloadPort: number | null;
}

/**
 * The ports that traffic of a protocol from a client may have used: metrics name no port, so it is those of the Service
 * whose declared protocol fits (all of them when none does). One entry without numbers when nothing is known.
 */
export function edgePorts(
  service: Service | null,
  workload: Workload | null,
  protocol: 'http' | 'grpc' | 'tcp',
): readonly EdgePort[] {
  if (service === null || service.ports.length === 0)
    return [{ servicePort: null, workloadPort: null }];
  const fitting = service.ports.filter((port) => fits(port, protocol));
  const ports = fitting.length > 0 ? fitting : service.ports;
  return ports.map((port) => ({
    servicePort: port.port,
    workloadPort: targetPort(port, workload),
  }));
}

/** Istio reads the protocol from `appProtocol`, else from the part of the name before `-`; without either it sniffs. */
function fits(port: ServicePort, protocol: 'http' | 'grpc' | 'tcp'): boolean {
  const declared = (port.appProtocol ?? port.name?.split('-')[0] ?? '').toLowerCase();
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

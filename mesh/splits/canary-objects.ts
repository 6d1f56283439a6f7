import { portUse } from '@/mesh/splits/port-use';
import type { CanaryCandidate, CanaryStart } from '@/mesh/splits/canary';
import type { JsonObject } from '@/mesh/json';
import type { Service, ServicePort } from '@/mesh/topology/topology';

/** A weighted version. */
interface Share {
  readonly version: CanaryCandidate['versions'][number];
  readonly weight: number;
}

/** The versions in the candidate's order, each with its wanted weight. */
export function sharesOf(candidate: CanaryCandidate, start: CanaryStart): readonly Share[] {
  return candidate.versions.map((version) => ({
    version,
    weight: start.weights.find((one) => one.version === version.version)?.weight ?? 0,
  }));
}

/** Spec of the VirtualService: one HTTP rule for everything, or where no port speaks HTTP one TCP rule for each port. */
export function virtualServiceSpec(service: Service, shares: readonly Share[]): JsonObject {
  const route = (): JsonObject[] =>
    shares.map(({ version, weight }) => ({
      destination: { host: service.name, subset: version.subset },
      weight,
    }));
  const isHttp = service.ports.some((port) => ['http', 'grpc'].includes(portUse(port)));
  if (isHttp) return { hosts: [service.name], http: [{ route: route() }] };
  const tcp = service.ports
    .filter((port) => portUse(port) === 'tcp')
    .map(({ port }) => ({ match: [{ port }], route: route() }));
  return { hosts: [service.name], tcp };
}

/** Spec of the HTTPRoute or GRPCRoute: the Service is the parent, a Service for each version is a backend. */
export function gatewayRouteSpec(
  service: Service,
  port: ServicePort,
  shares: readonly Share[],
): JsonObject {
  return {
    parentRefs: [{ group: '', kind: 'Service', name: service.name, port: port.port }],
    rules: [
      {
        backendRefs: shares.map(({ version, weight }) => ({
          name: version.service,
          port: version.servicePort ?? port.port,
          weight,
        })),
      },
    ],
  };
}

/** Spec of a Service in front of one version, with the ports of the whole service. */
export function versionServiceSpec(service: Service, key: string, value: string): JsonObject {
  return {
    selector: { ...service.selector, [key]: value },
    ports: service.ports.map(({ name, port, targetPort, protocol, appProtocol }) => ({
      ...(name === null ? {} : { name }),
      port,
      targetPort,
      protocol,
      ...(appProtocol === null ? {} : { appProtocol }),
    })),
  };
}

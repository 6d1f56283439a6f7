import type { DoctorFacts } from '@/mesh/doctor/facts';
import { count, finding, objectOf, type Finding } from '@/mesh/doctor/finding';
import { portProtocol } from '@/mesh/topology/port-protocol';
import type { Service, ServicePort } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

const SOURCE = 'ports of Services, by the rule of istiod';

interface PlacedPort {
  readonly service: Service;
  readonly port: ServicePort;
  readonly position: number;
}

/** Ports of Services in the mesh whose protocol istiod is not told. */
export function portFindings({ index }: DoctorFacts): readonly Finding[] {
  const ports = [...index.topology.services.values()]
    .filter((service) => isInMesh(index, service))
    .flatMap((service) => service.ports.map((port, position) => ({ service, port, position })));
  if (ports.length === 0) return [];
  const unknown = ports.filter(({ port }) => portProtocol(port) === 'unknown-app-protocol');
  const guessed = ports.filter(({ port }) => portProtocol(port) === 'guessed');
  return [
    ...(unknown.length === 0 ? [] : [unknownWord(unknown)]),
    ...(guessed.length === 0 ? [] : [undeclared(guessed, ports.length)]),
    ...(unknown.length + guessed.length === 0 ? [declared(ports.length)] : []),
  ];
}

/** A gateway listens as its Gateway says, whatever the ports of its Service are called. */
function isInMesh(index: TopologyIndex, service: Service): boolean {
  return index.workloadsOf(service).some(({ proxy }) => proxy === 'sidecar' || proxy === 'ambient');
}

function toObject({ service: { namespace, name }, port }: PlacedPort) {
  const words = [port.name, port.appProtocol === null ? null : `appProtocol ${port.appProtocol}`];
  const text = words.filter((word) => word !== null).join(', ');
  return objectOf(
    '/Service',
    namespace,
    name,
    `port ${port.port}${text === '' ? '' : ` (${text})`}`,
  );
}

function patch({ service: { namespace, name }, position, port }: PlacedPort): string {
  const op = port.appProtocol === null ? 'add' : 'replace';
  return `kubectl -n ${namespace} patch service ${name} --type=json -p '[{"op":"${op}","path":"/spec/ports/${position}/appProtocol","value":"http"}]'`;
}

function unknownWord(ports: readonly PlacedPort[]): Finding {
  const words = [...new Set(ports.map(({ port }) => port.appProtocol ?? ''))].sort();
  return finding('app-protocol-unknown', {
    severity: 'warning',
    title: `${count(ports.length, 'port')} ${ports.length === 1 ? 'declares' : 'declare'} a protocol that Istio does not know`,
    seen: `appProtocol ${words.slice(0, 8).join(', ')}: Istio ignores the word, and the port’s name, too, and proxies guess from the first bytes whether it is HTTP.`,
    fix: 'Use a word that Istio knows (http, http2, grpc, grpc-web, https, tls, tcp, mongo, mysql, redis, kubernetes.io/h2c, kubernetes.io/ws, kubernetes.io/wss), e.g.:',
    commands: ports.slice(0, 3).map(patch),
    objects: ports.map(toObject),
    source: SOURCE,
  });
}

function undeclared(ports: readonly PlacedPort[], all: number): Finding {
  return finding('port-protocol-guessed', {
    severity: 'info',
    title: `${count(ports.length, 'port')} ${ports.length === 1 ? 'declares' : 'declare'} no protocol`,
    seen: `${ports.length} of ${count(all, 'port')} of Services in the mesh have neither appProtocol nor a name that begins with a protocol. Proxies look at the first bytes, which works for HTTP; where the server speaks first, connections wait or fail, and rules for HTTP do not apply to what is not recognised.`,
    fix: 'Declare the protocol, by appProtocol or a name such as http-web, e.g.:',
    commands: ports.slice(0, 3).map(patch),
    objects: ports.map(toObject),
    source: SOURCE,
  });
}

function declared(all: number): Finding {
  return finding('ports-declared', {
    severity: 'ok',
    title: 'Ports declare their protocol',
    seen: `${count(all, 'port')} of Services in the mesh.`,
    source: SOURCE,
  });
}

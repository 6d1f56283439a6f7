import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, isObject, numberOf, objectOf, readPath, stringOf } from '@/demo/kubernetes/json';

function gatewayFaults(spec: unknown): readonly string[] {
  const servers = arrayOf(readPath(spec, 'servers'));
  if (servers.length === 0) return ['gateway must have at least one server'];
  const names = servers.map((server) => stringOf(readPath(server, 'port', 'name')));
  const repeated = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  return [
    ...servers.flatMap((server) =>
      arrayOf(readPath(server, 'hosts')).length === 0
        ? ['server config must contain at least one host']
        : [],
    ),
    ...servers.flatMap((server) =>
      /^(HTTPS|TLS)$/i.test(stringOf(readPath(server, 'port', 'protocol'))) &&
      readPath(server, 'tls') === undefined
        ? ['server must have TLS settings for HTTPS/TLS protocols']
        : [],
    ),
    ...(repeated === undefined
      ? []
      : [`port names in servers must be unique: duplicate name ${repeated}`]),
  ];
}

function serviceEntryFaults(spec: unknown): readonly string[] {
  const hosts = arrayOf(readPath(spec, 'hosts'));
  const ports = arrayOf(readPath(spec, 'ports'));
  const numbers = ports.map((port) => numberOf(readPath(port, 'number'), 0));
  const repeated = numbers.find((number, index) => numbers.indexOf(number) !== index);
  const hasSelector = isObject(readPath(spec, 'workloadSelector'));
  const hasEndpoints = arrayOf(readPath(spec, 'endpoints')).length > 0;
  return [
    ...(hosts.length === 0 ? ['service entry must have at least one host'] : []),
    ...(hosts.includes('*') ? ['invalid host *'] : []),
    ...(hasSelector && hasEndpoints
      ? ['only one of WorkloadSelector or Endpoints is allowed in Service Entry']
      : []),
    ...(repeated === undefined ? [] : [`service entry port number ${repeated} already defined`]),
  ];
}

function peerAuthenticationFaults(spec: unknown): readonly string[] {
  const ports = readPath(spec, 'portLevelMtls');
  const isUnselected =
    Object.keys(objectOf(readPath(spec, 'selector', 'matchLabels'))).length === 0;
  return isObject(ports) && Object.keys(ports).length > 0 && isUnselected
    ? ['mesh/namespace peer authentication cannot have port level mTLS']
    : [];
}

function emptyParts(rule: unknown, list: string, part: string, index: number): readonly string[] {
  const isEmpty = (entry: unknown) => Object.keys(objectOf(readPath(entry, part))).length === 0;
  return arrayOf(readPath(rule, list))
    .filter(isEmpty)
    .map(() => `\`${list}.${part}\` must not be empty, found at rule ${index}`);
}

function authorizationFaults(spec: unknown): readonly string[] {
  const rules = arrayOf(readPath(spec, 'rules'));
  const action = readPath(spec, 'action');
  const hasProvider = readPath(spec, 'provider') !== undefined;
  const isTooOpen = action === 'DENY' && readPath(spec, 'rules') === undefined;
  return [
    ...(action === 'CUSTOM' && !hasProvider ? ['`provider.name` must not be empty'] : []),
    ...(action !== 'CUSTOM' && hasProvider
      ? ['`provider` must not be with non CUSTOM action']
      : []),
    ...(isTooOpen
      ? [
          'DENY action without `rules` is meaningless as it will never be triggered, ' +
            'add an empty rule `{}` if you want it be triggered for every request',
        ]
      : []),
    ...rules.flatMap((rule, index) => [
      ...emptyParts(rule, 'from', 'source', index),
      ...emptyParts(rule, 'to', 'operation', index),
    ]),
  ];
}

const FAULTS: Readonly<Record<string, (spec: unknown) => readonly string[]>> = {
  Gateway: gatewayFaults,
  ServiceEntry: serviceEntryFaults,
  PeerAuthentication: peerAuthenticationFaults,
  AuthorizationPolicy: authorizationFaults,
};

/** What Istio refuses in the kinds that are neither routes nor destination rules. */
export function otherIstioFaults(object: KubernetesObject): readonly string[] {
  const faults = FAULTS[object.kind]?.(object['spec']) ?? [];
  if (object.kind !== 'AuthorizationPolicy') return faults;
  const { name, namespace = '' } = object.metadata;
  return faults.map((fault) => `invalid policy ${name}.${namespace}: ${fault}`);
}

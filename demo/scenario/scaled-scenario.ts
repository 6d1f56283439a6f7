import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { grpcCall, httpCall, tcpCall } from '@/demo/scenario/calls';
import { clusterObjects } from '@/demo/scenario/cluster-objects';
import { istioSystem } from '@/demo/scenario/istio-system';
import {
  deployment,
  namespace,
  networking,
  security,
  service,
  serviceAccount,
  versionSubsets,
} from '@/demo/scenario/manifests';
import type { Scenario } from '@/demo/scenario/scenario';
import type { CallBehaviour, TrafficSource, WorkloadBehaviour } from '@/demo/traffic/behaviour';
import { SeededRandom } from '@/demo/traffic/seeded-random';

const SERVICES_PER_NAMESPACE = 20;
const VERSIONS = ['v1', 'v2'];
/** Every tenth service has a split by weight, the others by their pods. */
const SPLIT_EVERY = 10;

interface ScaledService {
  readonly namespace: string;
  readonly name: string;
  readonly protocol: 'http' | 'grpc' | 'tcp';
  readonly calls: CallBehaviour[];
}

/**
 * `count` services in namespaces of twenty, two workloads each, and about 2.5 edges between workloads for each workload.
 * The first service of a namespace is called through the gateway; others are called by services before them, so that the
 * calls never run in circles. The same seed gives the same mesh.
 */
export function scaledScenario(count: number, seed: number): Scenario {
  const random = new SeededRandom(seed);
  const services = Array.from({ length: count }, (_, index) => plainService(index, random));
  services.forEach((_, index) => connect(services, index, random));
  const namespaces = [...new Set(services.map((each) => each.namespace))];
  return {
    objects: [
      ...clusterObjects(),
      ...istioSystem(),
      gateway(),
      ...namespaces.flatMap(namespaceObjects),
      ...services.flatMap((each, index) => serviceObjects(each, index)),
      ...services.filter((_, index) => isEntrance(index)).map(entranceRoute),
    ],
    application: {
      workloads: new Map(
        services.map((each) => [`${each.namespace}/${each.name}`, behaviour(each, random)]),
      ),
      externals: new Map(),
      sources: [visitors(services.filter((_, index) => isEntrance(index)))],
    },
  };
}

function isEntrance(index: number): boolean {
  return index % SERVICES_PER_NAMESPACE === 0;
}

function plainService(index: number, random: SeededRandom): ScaledService {
  const place = Math.floor(index / SERVICES_PER_NAMESPACE);
  const draw = random.next();
  const others = draw < 0.5 ? 'http' : draw < 0.92 ? 'grpc' : 'tcp';
  return {
    namespace: `team-${String(place + 1).padStart(2, '0')}`,
    name: `service-${String(index + 1).padStart(4, '0')}`,
    protocol: isEntrance(index) ? 'http' : others,
    calls: [],
  };
}

/** One caller within the namespace, and for one service in four another one from anywhere before it. */
function connect(services: readonly ScaledService[], index: number, random: SeededRandom): void {
  const callee = services[index];
  if (callee === undefined || isEntrance(index)) return;
  const first = index - (index % SERVICES_PER_NAMESPACE);
  const near = caller(services, first, index, random);
  near?.calls.push(callTo(callee, 0.75 + 0.4 * random.next()));
  const far = random.next() < 0.3 ? caller(services, 0, index, random) : undefined;
  if (far !== undefined && far !== near) far.calls.push(callTo(callee, 0.2 + 0.2 * random.next()));
}

/** A service in [from, to) that can make calls: a TCP server here only answers. */
function caller(
  services: readonly ScaledService[],
  from: number,
  to: number,
  random: SeededRandom,
): ScaledService | undefined {
  const chosen = services[from + random.below(to - from)];
  return chosen?.protocol === 'tcp' ? services[from] : chosen;
}

function callTo(callee: ScaledService, perRequest: number): CallBehaviour {
  const host = `${callee.name}.${callee.namespace}`;
  switch (callee.protocol) {
    case 'tcp':
      return tcpCall(host, 9000, { perRequest });
    case 'grpc':
      return grpcCall(host, 9000, `${callee.name}.Api/Get`, { perRequest, onFailure: 'ignore' });
    case 'http':
      return httpCall(host, 9000, '/api', { perRequest });
  }
}

function behaviour(each: ScaledService, random: SeededRandom): WorkloadBehaviour {
  const isFaulty = random.next() < 0.06;
  return {
    serviceMs: 1 + 12 * random.next() ** 2,
    failures:
      isFaulty && each.protocol !== 'tcp'
        ? [{ ratio: 0.01 + 0.04 * random.next(), status: 500 }]
        : [],
    calls: each.calls,
  };
}

function namespaceObjects(name: string, index: number): KubernetesObject[] {
  const mode = index % 2 === 0 ? 'STRICT' : 'PERMISSIVE';
  return [
    namespace(name, true),
    security('PeerAuthentication', { name: 'default', namespace: name }, { mtls: { mode } }),
  ];
}

function serviceObjects(each: ScaledService, index: number): KubernetesObject[] {
  const place = { namespace: each.namespace };
  const workloads = VERSIONS.map((version) =>
    deployment({
      ...place,
      name: `${each.name}-${version}`,
      app: each.name,
      version,
      image: `registry.example.com/${each.name}:${version}`,
      port: 9000,
      serviceAccount: each.name,
    }),
  );
  return [
    serviceAccount(each.namespace, each.name),
    service(each.namespace, each.name, { app: each.name }, [{ name: each.protocol, port: 9000 }]),
    ...workloads,
    ...(index % SPLIT_EVERY === 1 && each.protocol !== 'tcp' ? splitObjects(each) : []),
  ];
}

function splitObjects(each: ScaledService): KubernetesObject[] {
  const route = [90, 10].map((weight, index) => ({
    destination: { host: each.name, subset: VERSIONS[index] },
    weight,
  }));
  return [
    versionSubsets(each.namespace, each.name, VERSIONS),
    networking(
      'VirtualService',
      { name: each.name, namespace: each.namespace },
      { hosts: [each.name], http: [{ route }] },
    ),
  ];
}

function gateway(): KubernetesObject {
  return networking(
    'Gateway',
    { name: 'public', namespace: 'istio-system' },
    {
      selector: { istio: 'ingressgateway' },
      servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*.example.com'] }],
    },
  );
}

function entranceRoute(each: ScaledService): KubernetesObject {
  return networking(
    'VirtualService',
    { name: `${each.namespace}-entrance`, namespace: each.namespace },
    {
      hosts: [`${each.namespace}.example.com`],
      gateways: ['istio-system/public'],
      http: [{ route: [{ destination: { host: each.name, port: { number: 9000 } } }] }],
    },
  );
}

function visitors(entrances: readonly ScaledService[]): TrafficSource {
  return {
    name: 'visitors',
    kind: 'gateway',
    namespace: 'istio-system',
    workload: 'istio-ingressgateway',
    ratePerSecond: 8 * entrances.length,
    requests: entrances.map((each) => ({
      weight: 1,
      call: httpCall(`${each.namespace}.example.com`, 80, '/'),
    })),
  };
}

import { startControllers } from '@/demo/controllers/controllers';
import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { ObjectStore } from '@/demo/kubernetes/object-store';
import { httpCall } from '@/demo/scenario/calls';
import { deployment, namespace, service, serviceAccount } from '@/demo/scenario/manifests';
import type { CallBehaviour, WorkloadBehaviour } from '@/demo/traffic/behaviour';
import { RecordingRegistry } from '@/demo/traffic/testing/recording-registry';
import { TrafficEngine } from '@/demo/traffic/traffic-engine';

/** What a test may set: the calls of the client (equally often), their rate, how the servers act. */
export interface LiveMeshOptions {
  readonly calls?: readonly CallBehaviour[];
  readonly ratePerSecond?: number;
  readonly server?: Partial<WorkloadBehaviour>;
  /** Namespaces without sidecars. */
  readonly bare?: readonly string[];
  readonly replicas?: number;
}

/** A mesh that runs on a real object store, with controllers, on the test's fake clock. */
export interface LiveMesh {
  /** Creates or replaces objects, as a write through the API does. */
  write(...objects: readonly KubernetesObject[]): void;
  /** What each series grew by during the `seconds` that begin two seconds from now. */
  growthAfterTwoSeconds(seconds?: number): Promise<RecordingRegistry>;
  close(): void;
}

/** How far the fake clock goes: an async `vi.advanceTimersByTimeAsync`. */
export type Advance = (ms: number) => Promise<unknown>;

/** `client` in namespace `front` calls `server.back:8080`, which has versions v1 and v2 and a TCP port 9000. */
export function liveMesh(advance: Advance, options: LiveMeshOptions = {}): LiveMesh {
  const store = new ObjectStore();
  for (const object of objects(options)) store.apply(object);
  const controllers = startControllers(store);
  const registry = new RecordingRegistry();
  const calls = options.calls ?? [httpCall('server.back', 8080, '/')];
  const engine = new TrafficEngine({
    reader: store,
    registry,
    seed: 7,
    application: {
      workloads: new Map([
        ['back/server', { serviceMs: 5, failures: [], calls: [], ...options.server }],
      ]),
      externals: new Map(),
      sources: [
        {
          name: 'client',
          kind: 'workload',
          namespace: 'front',
          workload: 'client',
          ratePerSecond: options.ratePerSecond ?? 200,
          requests: calls.map((call) => ({ weight: 1, call })),
        },
      ],
    },
  });
  engine.start();
  return {
    write: (...written) => {
      for (const object of written) store.apply(object);
    },
    growthAfterTwoSeconds: async (seconds = 10) => {
      await advance(2000);
      const before = copyOf(registry);
      await advance(seconds * 1000);
      return difference(registry, before);
    },
    close: () => {
      engine.stop();
      controllers.close();
    },
  };
}

function objects({ bare = [], replicas = 1 }: LiveMeshOptions): KubernetesObject[] {
  const workload = (place: string, name: string, version: string): KubernetesObject =>
    deployment({
      namespace: place,
      name: place === 'back' ? `${name}-${version}` : name,
      app: name,
      version,
      image: 'i',
      port: 8080,
      serviceAccount: name,
      replicas: place === 'back' ? replicas : 1,
    });
  return [
    ...['istio-system', 'front', 'back'].map((name) => namespace(name, !bare.includes(name))),
    serviceAccount('front', 'client'),
    serviceAccount('back', 'server'),
    workload('front', 'client', 'v1'),
    workload('back', 'server', 'v1'),
    workload('back', 'server', 'v2'),
    service('back', 'server', { app: 'server' }, [
      { name: 'http', port: 8080 },
      { name: 'tcp-data', port: 9000 },
    ]),
  ];
}

type Values = ReadonlyMap<string, { readonly value: number; readonly observations: number }>;

function copyOf(registry: RecordingRegistry): Values {
  return new Map(
    [...registry.series].map(([key, { value, observed }]) => [
      key,
      { value, observations: observed.length },
    ]),
  );
}

function difference(registry: RecordingRegistry, before: Values): RecordingRegistry {
  const grown = new RecordingRegistry();
  for (const [key, series] of registry.series) {
    const { value = 0, observations = 0 } = before.get(key) ?? {};
    if (series.value === value) continue;
    const observed = series.observed.slice(observations);
    grown.series.set(key, { ...series, value: series.value - value, observed });
  }
  return grown;
}

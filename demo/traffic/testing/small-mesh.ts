import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { httpCall } from '@/demo/scenario/calls';
import {
  deployment,
  namespace,
  networking,
  security,
  service,
  versionSubsets,
} from '@/demo/scenario/manifests';
import type { ApplicationModel, CallBehaviour, WorkloadBehaviour } from '@/demo/traffic/behaviour';
import { FakeCluster } from '@/demo/traffic/testing/fake-cluster';
import { RecordingRegistry } from '@/demo/traffic/testing/recording-registry';
import { TrafficEngine } from '@/demo/traffic/traffic-engine';

/** A mesh of one client and one server in two versions, for tests of one rule at a time. */
export interface SmallMesh {
  readonly cluster: FakeCluster;
  readonly registry: RecordingRegistry;
  readonly engine: TrafficEngine;
  /** Simulates `seconds` seconds after reading the objects again. */
  run(seconds: number): void;
}

/** What a test may set: more objects, the client's call and rate, the servers' behaviour. */
export interface SmallMeshOptions {
  readonly objects?: readonly KubernetesObject[];
  readonly call?: CallBehaviour;
  readonly ratePerSecond?: number;
  readonly server?: Partial<WorkloadBehaviour>;
  readonly clientInjected?: boolean;
  readonly serverInjected?: boolean;
  readonly seed?: number;
}

/** `client` in namespace `front` calls `server.back:8080`; `server-v1` and `server-v2` have one pod each. */
export function smallMesh(options: SmallMeshOptions = {}): SmallMesh {
  const cluster = new FakeCluster([
    namespace('front', options.clientInjected ?? true),
    namespace('back', options.serverInjected ?? true),
    deployment({
      namespace: 'front',
      name: 'client',
      app: 'client',
      version: 'v1',
      image: 'i',
      port: null,
      serviceAccount: 'client',
    }),
    ...['v1', 'v2'].map((version) =>
      deployment({
        namespace: 'back',
        name: `server-${version}`,
        app: 'server',
        version,
        image: 'i',
        port: 8080,
        serviceAccount: 'server',
      }),
    ),
    service('back', 'server', { app: 'server' }, [
      { name: 'http', port: 8080 },
      { name: 'tcp-data', port: 9000 },
    ]),
    ...(options.objects ?? []),
  ]);
  const registry = new RecordingRegistry();
  const application: ApplicationModel = {
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
        ratePerSecond: options.ratePerSecond ?? 100,
        requests: [{ weight: 1, call: options.call ?? httpCall('server.back', 8080, '/') }],
      },
    ],
  };
  const engine = new TrafficEngine({
    reader: cluster,
    registry,
    application,
    seed: options.seed ?? 7,
  });
  let clock = 0;
  return {
    cluster,
    registry,
    engine,
    run(seconds) {
      engine.recompile();
      for (let second = 0; second < seconds; second += 1) {
        clock += 1000;
        engine.step(clock, 1);
      }
    },
  };
}

/** Subsets v1 and v2 of `server`, with a traffic policy if given. */
export function serverSubsets(trafficPolicy?: unknown): KubernetesObject {
  return versionSubsets('back', 'server', ['v1', 'v2'], trafficPolicy);
}

/** A VirtualService for `server` with these http rules. */
export function serverRoute(
  http: readonly unknown[],
  more: Record<string, unknown> = {},
): KubernetesObject {
  return networking(
    'VirtualService',
    { name: 'server', namespace: 'back', creationTimestamp: '2026-01-01T00:00:00Z' },
    { hosts: ['server'], http, ...more },
  );
}

/** A weighted destination in a subset of `server`. */
export function toSubset(subset: string, weight?: number): object {
  return { destination: { host: 'server', subset }, ...(weight === undefined ? {} : { weight }) };
}

/** A namespace-wide PeerAuthentication for the server's namespace. */
export function serverMtls(mode: string): KubernetesObject {
  return security('PeerAuthentication', { name: 'default', namespace: 'back' }, { mtls: { mode } });
}

/** A DestinationRule of the server's namespace that sets the client's TLS mode. */
export function clientTls(mode: string): KubernetesObject {
  return networking(
    'DestinationRule',
    { name: 'server', namespace: 'back' },
    { host: 'server', trafficPolicy: { tls: { mode } } },
  );
}

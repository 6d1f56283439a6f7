import { Istiod } from '@/tests/real/cluster/istiod';
import { Jaeger } from '@/tests/real/cluster/jaeger';
import { Machinery } from '@/tests/real/cluster/machinery';
import { Prometheus } from '@/tests/real/cluster/prometheus';
import { RealCluster } from '@/tests/real/cluster/real-cluster';
import {
  APPLICATION,
  applyBookinfo,
  applyBoutique,
  applyIstioSystem,
  applyNamespaces,
  SHOPS,
} from '@/tests/real/traffic/applications';
import { Traffic } from '@/tests/real/traffic/traffic';
import { until } from '@/tests/support/start-fanari';

const READY_LIMIT_MS = 120_000;

interface Deployments {
  readonly items: readonly {
    readonly spec: { readonly replicas?: number };
    readonly status: { readonly readyReplicas?: number };
  }[];
}

/** Bookinfo and Online Boutique on a whole control plane, with traffic, Prometheus and Jaeger. */
export class RealMesh {
  private constructor(
    readonly cluster: RealCluster,
    readonly istiod: Istiod,
    readonly prometheus: Prometheus,
    readonly jaeger: Jaeger,
    readonly traffic: Traffic,
    private readonly machinery: Machinery,
  ) {}

  /** Starts it and waits until every pod is ready, with its proxy. */
  static async start(): Promise<RealMesh> {
    const cluster = await RealCluster.start();
    await cluster.installMeshKinds();
    const machinery = await Machinery.start(cluster);
    await applyNamespaces(cluster.admin);
    const istiod = await Istiod.start(cluster);
    for (const shop of SHOPS) await istiod.untilInjecting(cluster, shop);
    await applyIstioSystem(cluster.admin);
    await applyBookinfo(cluster.admin);
    await applyBoutique(cluster.admin);
    for (const name of [...SHOPS, 'istio-system']) await untilReady(cluster, name);
    const jaeger = await Jaeger.start();
    const traffic = await Traffic.start(cluster, APPLICATION, jaeger.otlpUrl);
    const prometheus = await Prometheus.start(traffic.metricsUrl);
    return new RealMesh(cluster, istiod, prometheus, jaeger, traffic, machinery);
  }

  /** How `npm start` is pointed at its metrics and traces. */
  get flags(): readonly string[] {
    return ['--prometheus-url', this.prometheus.url, '--jaeger-url', this.jaeger.url];
  }

  async stop(): Promise<void> {
    await this.traffic.stop();
    for (const part of [this.prometheus, this.jaeger, this.istiod, this.machinery, this.cluster]) {
      await part.stop();
    }
  }
}

async function untilReady({ admin }: RealCluster, namespace: string): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const areReady = async (): Promise<boolean> => {
    const { items } = (await admin.get(path)).body as unknown as Deployments;
    return items.every(({ spec, status }) => status.readyReplicas === (spec.replicas ?? 1));
  };
  await until(`ready pods in ${namespace}`, areReady, READY_LIMIT_MS);
}

import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '@/tests/real/cluster/environment';
import type { Istiod } from '@/tests/real/cluster/istiod';
import { Program } from '@/tests/real/cluster/program';
import type { RealCluster } from '@/tests/real/cluster/real-cluster';

interface Route {
  readonly route?: {
    readonly cluster?: string;
    readonly weightedClusters?: {
      readonly clusters: readonly { readonly name: string; readonly weight?: number }[];
    };
  };
}

/** Envoy's RouteConfiguration, as far as tests look into it. */
interface RouteConfiguration {
  readonly virtualHosts?: readonly { readonly name: string; readonly routes?: readonly Route[] }[];
}

interface PodStatus {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly serviceAccountName?: string };
  readonly status: { readonly podIP?: string };
}

/** Stands in for the proxy of one pod: it is given by istiod what Envoy would be given. */
export class Sidecar {
  private constructor(private readonly program: Program) {}

  /** Connects as a pod that the selector finds, and waits for its first routes. */
  static async of(
    cluster: RealCluster,
    istiod: Istiod,
    { namespace, app }: { readonly namespace: string; readonly app: string },
  ): Promise<Sidecar> {
    const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${app}`;
    const { items } = (await cluster.admin.get(path)).body as { readonly items?: PodStatus[] };
    const pod = items?.find(({ status }) => status.podIP !== undefined);
    if (pod === undefined) throw new Error(`${namespace} has no pod of ${app} with an address`);
    const folder = mkdtempSync(join(cluster.folder, 'sidecar-'));
    const flags = [
      `--address=${istiod.xdsAddress}`,
      `--pod=${pod.metadata.name}`,
      `--namespace=${namespace}`,
      `--ip=${pod.status.podIP ?? ''}`,
      `--account=${pod.spec.serviceAccountName ?? 'default'}`,
    ];
    const command = join(environment('REAL_SIDECAR'), 'sidecar');
    const program = new Program('sidecar', command, flags, folder);
    const sidecar = new Sidecar(program);
    await program.start(async () => (await sidecar.routes()) !== null);
    return sidecar;
  }

  /**
   * Shares of the destinations to which it would send the requests for a host and port that no other rule takes, by
   * cluster (`outbound|9080|v1|reviews.…`), in percent; empty when it knows no such host.
   */
  async weights(host: string, port: number): Promise<Readonly<Record<string, number>>> {
    const routes = (await this.routes()) ?? {};
    const virtualHosts = Object.values(routes).flatMap((routes) => routes.virtualHosts ?? []);
    const last = virtualHosts.find(({ name }) => name === `${host}:${port}`)?.routes?.at(-1);
    const { cluster, weightedClusters } = last?.route ?? {};
    if (cluster !== undefined) return { [cluster]: 100 };
    const parts = weightedClusters?.clusters ?? [];
    const total = parts.reduce((sum, { weight = 0 }) => sum + weight, 0);
    return Object.fromEntries(parts.map(({ name, weight = 0 }) => [name, (100 * weight) / total]));
  }

  stop(): Promise<void> {
    return this.program.stop('SIGKILL');
  }

  /** The routes pushed last; `null` before the first push. */
  private async routes(): Promise<Readonly<Record<string, RouteConfiguration>> | null> {
    const lines = (await this.program.log(3)).split('\n');
    // The line after the last line feed is not whole yet.
    const line = lines.slice(0, -1).findLast((text) => text.startsWith('{'));
    return line === undefined ? null : (JSON.parse(line) as Record<string, RouteConfiguration>);
  }
}

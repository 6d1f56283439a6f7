import { formatWindow } from '@/contract/window';
import type { StatusResponse } from '@/contract/status';
import { meshLabels } from '@/mesh/topology/mesh-labels';
import type { Namespace, Topology } from '@/mesh/topology/topology';
import type { CallOptions, ClusterState, MetricLimits, SourceState } from '@/server/ports';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { OFFERED_SECONDS } from '@/server/usecases/offered-windows';

/** What of the settings the browser may know. */
export interface PublicSettings {
  readonly version: string;
  readonly demo: boolean;
  readonly readOnly: boolean;
  readonly refreshSeconds: number;
  readonly jaegerPublicUrl: string | null;
}

/** The windows that the metrics store can answer; a limit that is not known does not limit. */
export function offeredWindows(limits: MetricLimits): StatusResponse['windows'] {
  const shortest = 2 * (limits.scrapeIntervalSeconds ?? 0);
  const longest = limits.retentionSeconds ?? Number.POSITIVE_INFINITY;
  return OFFERED_SECONDS.filter((seconds) => seconds >= shortest && seconds <= longest).map(
    (seconds) => ({ label: formatWindow(seconds), seconds }),
  );
}

function isInjected({ labels, isUnread }: Namespace): boolean | null {
  return isUnread === true ? null : meshLabels(labels).mode !== 'none';
}

function countByNamespace(
  items: Iterable<{ readonly namespace: string }>,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { namespace } of items) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  return counts;
}

function namespacesOf(topology: Topology): StatusResponse['namespaces'] {
  const workloads = countByNamespace(topology.workloads.values());
  const services = countByNamespace(topology.services.values());
  return [...topology.namespaces.values()]
    .map((namespace) => {
      const { name, labels, isUnread } = namespace;
      return {
        name,
        labels: isUnread === true ? null : labels,
        injected: isInjected(namespace),
        workloads: workloads.get(name) ?? 0,
        services: services.get(name) ?? 0,
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function missing(source: 'prometheus' | 'jaeger'): SourceState {
  return { source, state: 'not-configured', message: null, sinceMs: null };
}

function toClusters(clusters: readonly ClusterState[] | null): Pick<StatusResponse, 'clusters'> {
  return clusters === null ? {} : { clusters: clusters.map(({ state: _state, ...rest }) => rest) };
}

/** What the browser needs before it draws. Asks upstreams only for permissions, which are remembered. */
export async function getStatus(
  { cluster, metrics, traces }: MeshSources,
  settings: PublicSettings,
  options: CallOptions,
): Promise<StatusResponse> {
  const topology = cluster.topology();
  const limits = metrics?.limits() ?? { scrapeIntervalSeconds: null, retentionSeconds: null };
  const versions = cluster.versions();
  const clusters = cluster.clusters();
  const permissions = cluster.isSynced() ? await cluster.writePermissions(topology, options) : [];
  return {
    version: settings.version,
    demo: settings.demo,
    readOnly: settings.readOnly,
    cluster: {
      name: topology.cluster,
      kubernetesVersion: versions.kubernetes,
      istioVersion: versions.istio,
    },
    ...toClusters(clusters),
    sources: [
      ...(clusters?.map(({ state }) => state) ?? [cluster.state()]),
      metrics?.state() ?? missing('prometheus'),
      traces?.state() ?? missing('jaeger'),
    ],
    windows: offeredWindows(limits),
    ...limits,
    refreshSeconds: settings.refreshSeconds,
    jaegerPublicUrl: settings.jaegerPublicUrl,
    namespaces: namespacesOf(topology),
    permissions,
  };
}

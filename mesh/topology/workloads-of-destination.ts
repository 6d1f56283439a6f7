import { lookUpDestinationRule } from '@/mesh/mtls/destination-rule-lookup';
import { selectorMatches } from '@/mesh/topology/selector-matches';
import type { TopologyIndex } from '@/mesh/topology/topology-index';
import type { Workload } from '@/mesh/topology/topology';

/** What stands behind a host and subset. */
export interface DestinationWorkloads {
  readonly workloads: readonly Workload[];
  /** `false`: neither a Service nor a ServiceEntry has this host. */
  readonly hostExists: boolean;
  /** `false`: a subset was asked for that the DestinationRule of the service's namespace does not define. */
  readonly subsetExists: boolean;
  /** `false`: endpoints cannot be told from here (ServiceEntry, Service without selector). */
  readonly isCountable: boolean;
}

/** The workloads that requests to `fqdn` (and `subset`) can reach, as a client of the service's own namespace sees it. */
export function workloadsOfDestination(
  index: TopologyIndex,
  fqdn: string,
  subset: string | null,
): DestinationWorkloads {
  const service = index.serviceOfHost(fqdn);
  const namespace = service?.namespace ?? index.serviceEntryOf(fqdn)?.object.meta.namespace ?? null;
  const hostExists = namespace !== null;
  const labels = subset === null ? {} : subsetLabels(index, fqdn, subset, namespace);
  const all = service === null ? [] : index.workloadsOf(service);
  return {
    workloads: labels === null ? [] : all.filter(({ labels: own }) => selectorMatches(labels, own)),
    hostExists,
    subsetExists: labels !== null,
    isCountable: service !== null && service.selector !== null,
  };
}

function subsetLabels(
  index: TopologyIndex,
  host: string,
  subset: string,
  namespace: string | null,
): Readonly<Record<string, string>> | null {
  const rule = lookUpDestinationRule(index, {
    clientNamespace: namespace ?? '',
    clientLabels: {},
    host,
    serviceNamespace: namespace,
  });
  return rule?.subsets.get(subset)?.labels ?? null;
}

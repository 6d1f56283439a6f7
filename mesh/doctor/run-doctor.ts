import { accessFindings } from '@/mesh/doctor/access-findings';
import { clockFindings } from '@/mesh/doctor/clock-findings';
import { clusterFindings } from '@/mesh/doctor/cluster-findings';
import { configFindings } from '@/mesh/doctor/config-findings';
import type { ClusterDiagnosis, DoctorFacts } from '@/mesh/doctor/facts';
import { SEVERITIES, type Finding } from '@/mesh/doctor/finding';
import { injectionFindings } from '@/mesh/doctor/injection-findings';
import { istioFindings } from '@/mesh/doctor/istio-findings';
import { istiodFindings } from '@/mesh/doctor/istiod-findings';
import { kindFindings } from '@/mesh/doctor/kind-findings';
import { portFindings } from '@/mesh/doctor/port-findings';
import { prometheusFindings } from '@/mesh/doctor/prometheus-findings';
import { proxyFindings } from '@/mesh/doctor/proxy-findings';
import { traceFindings } from '@/mesh/doctor/trace-findings';

type Rules = (facts: DoctorFacts) => readonly Finding[];
type ClusterRules = (facts: DoctorFacts, cluster: ClusterDiagnosis) => readonly Finding[];

/** About each cluster by itself. */
const OF_CLUSTERS: readonly ClusterRules[] = [clusterFindings, accessFindings, kindFindings];

/** About the mesh. In the order in which a broken chain should be mended: what comes first may explain what comes later. */
const OF_MESH: readonly Rules[] = [
  istioFindings,
  proxyFindings,
  injectionFindings,
  prometheusFindings,
  clockFindings,
  istiodFindings,
  configFindings,
  portFindings,
  traceFindings,
];

/**
 * Everything that the facts say about whether Fanari can see the mesh, and whether the mesh is put up as it should be;
 * worst first. Names only what is in the topology given. Linear in workloads, services and objects.
 */
export function runDoctor(facts: DoctorFacts): readonly Finding[] {
  const ofClusters = facts.clusters.flatMap((cluster) =>
    OF_CLUSTERS.flatMap((rules) => rules(facts, cluster)).map((entry) => within(cluster, entry)),
  );
  return [...ofClusters, ...OF_MESH.flatMap((rules) => rules(facts))].sort(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  );
}

/** Where several clusters are watched, what is said of one names it. */
function within({ cluster }: ClusterDiagnosis, entry: Finding): Finding {
  return cluster === null ? entry : { ...entry, title: `Cluster ${cluster}: ${entry.title}` };
}

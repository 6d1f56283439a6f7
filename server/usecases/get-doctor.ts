import type { DoctorQuery, DoctorResponse } from '@/contract/doctor';
import type { DoctorFacts } from '@/mesh/doctor/facts';
import { runDoctor } from '@/mesh/doctor/run-doctor';
import { whyEmpty } from '@/mesh/doctor/why-empty';
import { indexTopology } from '@/mesh/topology/topology-index';
import type { MeshSources } from '@/server/usecases/mesh-sources';

/** Asks every source what the rules need. The sources remember their answers, and ask for all viewers at once. */
async function gatherFacts(
  { cluster, metrics, traces }: MeshSources,
  isReadOnly: boolean,
): Promise<DoctorFacts> {
  const [clusters, ofMetrics, ofTraces] = await Promise.all([
    cluster.diagnose(),
    metrics?.diagnose() ?? null,
    traces?.diagnose() ?? null,
  ]);
  return {
    index: indexTopology(cluster.topology()),
    istioVersion: cluster.versions().istio,
    clusters,
    metrics: ofMetrics,
    traces: ofTraces,
    isReadOnly,
  };
}

/** What is wrong between the mesh and its picture, of what the sources given may show. */
export async function getDoctor(
  sources: MeshSources,
  { readOnly }: { readonly readOnly: boolean },
  query: DoctorQuery,
): Promise<DoctorResponse> {
  const facts = await gatherFacts(sources, readOnly);
  const findings = runDoctor(facts);
  return {
    at: sources.clock.now(),
    findings,
    emptyGraph: whyEmpty(facts, findings, query.namespaces),
  };
}

import type { Problem } from '@/contract/problem';
import type { TracesQuery, TracesResponse } from '@/contract/traces';
import type { Trace } from '@/mesh/traces';
import { fail, ok, type Result } from '@/mesh/result';
import { parseEdgeId, parseNodeId, type NodeIdParts } from '@/mesh/graph/node-id';
import type { Topology } from '@/mesh/topology/topology';
import { workloadKey } from '@/mesh/topology/workload-key';
import { parseServiceHost } from '@/mesh/topology/hosts';
import { sourceError, toGap, type SourceError } from '@/server/errors';
import type { CallOptions } from '@/server/ports';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { requestProblem, sourceProblem } from '@/server/usecases/problems';

function named(namespace: string, ...names: readonly (string | undefined)[]): readonly string[] {
  const whole = names.filter((name) => name !== undefined);
  return [...new Set([...whole.map((name) => `${name}.${namespace}`), ...whole])];
}

/** Names by which tracing may know a node, best first: proxies report `<app>.<namespace>`, applications their own. */
function serviceNames(node: NodeIdParts, topology: Topology): readonly string[] {
  switch (node.kind) {
    case 'workload': {
      const workload = topology.workloads.get(workloadKey(node));
      return named(node.namespace, workload?.app, node.name);
    }
    case 'app':
    case 'versioned-app':
      return named(node.namespace, node.app);
    case 'service':
      return named(node.namespace, node.name);
    case 'host':
    case 'service-entry': {
      const host = parseServiceHost(node.host, topology.mesh.clusterDomain);
      return host === null ? [node.host] : named(host.namespace, host.name);
    }
    default:
      return [];
  }
}

interface Wanted {
  readonly services: readonly string[];
  readonly alsoThrough: readonly string[];
}

function wantedOf(query: TracesQuery, topology: Topology): Wanted | null {
  const { kind, id } = query.element;
  if (kind === 'node') {
    const node = parseNodeId(id);
    return node === null ? null : { services: serviceNames(node, topology), alsoThrough: [] };
  }
  const edge = parseEdgeId(id);
  if (edge === null) return null;
  const source = serviceNames(edge.source, topology);
  const target = serviceNames(edge.target, topology);
  return target.length > 0
    ? { services: target, alsoThrough: source }
    : { services: source, alsoThrough: [] };
}

function notConfigured(): SourceError {
  return sourceError('jaeger', 'not-configured', 'No Jaeger is configured, so there are no traces');
}

/** Recent traces through a node or an edge. A failing Jaeger is a gap; an unknown id is 404. */
export async function getTraces(
  { cluster, traces, clock }: MeshSources,
  query: TracesQuery,
  options: CallOptions,
): Promise<Result<TracesResponse, Problem>> {
  const wanted = wantedOf(query, cluster.topology());
  if (wanted === null) {
    const detail = `There is no ${query.element.kind} with this id`;
    return fail(requestProblem(404, 'not-found', 'Not found', detail));
  }
  if (traces === null) return ok({ traces: [], gaps: [toGap(notConfigured(), 'traces', null)] });
  if (wanted.services.length === 0) return ok({ traces: [], gaps: [] });
  const { windowSeconds: lookbackSeconds, limit } = query;
  const found = await traces.findTraces({ ...wanted, lookbackSeconds, limit }, options);
  if (found.ok) return ok({ traces: found.value, gaps: [] });
  const sinceMs = traces.state().sinceMs ?? clock.now();
  return ok({ traces: [], gaps: [toGap(found.error, 'traces', sinceMs)] });
}

/** One trace with its spans. */
export async function getTrace(
  { traces }: MeshSources,
  traceId: string,
  options: CallOptions,
): Promise<Result<Trace, Problem>> {
  if (traces === null) return fail(sourceProblem(notConfigured()));
  const found = await traces.getTrace(traceId, options);
  return found.ok ? found : fail(sourceProblem(found.error));
}

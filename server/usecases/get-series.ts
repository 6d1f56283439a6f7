import type { Problem } from '@/contract/problem';
import type { SeriesQuery, SeriesResponse } from '@/contract/series';
import { elementRates, type GraphElementTraffic } from '@/mesh/graph/element-rates';
import { findSplits } from '@/mesh/splits/find-splits';
import type { Topology } from '@/mesh/topology/topology';
import { fail, ok, type Result } from '@/mesh/result';
import { sourceError } from '@/server/errors';
import type { CallOptions, CountedTraffic, SeriesSelector, TrafficSeries } from '@/server/ports';
import { inboundOf, outboundOf, trafficOf } from '@/server/usecases/element-ends';
import type { MeshSources } from '@/server/usecases/mesh-sources';
import { requestProblem, sourceProblem } from '@/server/usecases/problems';

function isSilent(series: TrafficSeries): boolean {
  return [...series.rps, ...series.tcpBytesPerSecond].every((value) => value === null);
}

/** Through a Gateway API route, metrics name the backend's Service and not the one that was asked for. */
function hostsBehind(topology: Topology, host: string): readonly string[] {
  const routed = findSplits({ topology, telemetry: null })
    .filter(({ handleHost }) => handleHost === host)
    .flatMap(({ destinations }) => destinations.map(({ fqdn }) => fqdn));
  return [...new Set([host, ...routed])];
}

/** What is to be read, in the order of preference, and how the graph counts it. */
function trafficOfElement(query: SeriesQuery, topology: Topology): readonly CountedTraffic[] {
  const { view } = query;
  const { kind, id } = query.element;
  const names = {
    clusterDomain: topology.mesh.clusterDomain,
    hostsBehind: (host: string) => hostsBehind(topology, host),
  };
  const inputs = { topology, view, splits: findSplits({ topology, telemetry: null }) };
  const counted = (
    selector: SeriesSelector | null,
    part: GraphElementTraffic['kind'],
  ): readonly CountedTraffic[] =>
    selector === null ? [] : [{ ...selector, ratesOf: elementRates(inputs, { kind: part, id }) }];
  if (kind === 'edge') return counted(trafficOf(id, view, names), 'edge');
  return [
    ...counted(inboundOf(id, names), 'inbound'),
    ...counted(outboundOf(id, view), 'outbound'),
  ];
}

/** Traffic over time: of an edge, or into a node, or out of it when nothing comes in. 404 for an unknown id. */
export async function getSeries(
  { cluster, metrics }: MeshSources,
  query: SeriesQuery,
  options: CallOptions,
): Promise<Result<SeriesResponse, Problem>> {
  if (metrics === null) {
    return fail(
      sourceProblem(sourceError('prometheus', 'not-configured', 'No Prometheus is configured')),
    );
  }
  const [first, second] = trafficOfElement(query, cluster.topology());
  if (first === undefined) {
    const detail = `There is no ${query.element.kind} with this id`;
    return fail(requestProblem(404, 'not-found', 'Not found', detail));
  }
  const series = await metrics.readSeries(first, query.windowSeconds, options);
  if (!series.ok) return fail(sourceProblem(series.error));
  if (second === undefined || !isSilent(series.value)) return ok(series.value);
  const other = await metrics.readSeries(second, query.windowSeconds, options);
  return other.ok ? ok(other.value) : fail(sourceProblem(other.error));
}

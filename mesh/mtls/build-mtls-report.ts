import { assessEdgeMtls } from '@/mesh/mtls/assess-edge-mtls';
import { combineEdgeMtls, combineObserved } from '@/mesh/mtls/combine-edge-mtls';
import { combineVerdicts } from '@/mesh/mtls/combine-verdicts';
import { compareText, indexTopology } from '@/mesh/topology/topology-index';
import { formatEdgeId } from '@/mesh/graph/node-id';
import { graphDraft } from '@/mesh/graph/graph-draft';
import { isIdleEdge } from '@/mesh/mtls/observe-mtls';
import { mergeReporters } from '@/mesh/telemetry/merge-reporters';
import { meshPeerMode } from '@/mesh/mtls/peer-authentication';
import { mtlsFindings, sortFindings } from '@/mesh/mtls/mtls-findings';
import { namespaceMtls } from '@/mesh/mtls/namespace-mtls';
import { perspectiveOf, perspectivesOf } from '@/mesh/topology/perspective';
import { placeNodes } from '@/mesh/graph/place-nodes';
import { requestRate } from '@/mesh/telemetry/request-rate';
import { targetNode } from '@/mesh/graph/target-node';
import type {
  MtlsCell,
  MtlsEdge,
  MtlsFinding,
  MtlsFlow,
  MtlsReport,
  MtlsVerdict,
  NamespaceMtls,
} from '@/mesh/mtls/mtls';
import type { MergedEdge } from '@/mesh/telemetry/merged-edge';
import type { NodeDraft } from '@/mesh/graph/graph-draft';
import type { TelemetrySnapshot } from '@/mesh/telemetry/telemetry';
import type { Topology } from '@/mesh/topology/topology';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/** What the report is made of. `namespaces` empty: all. */
export interface MtlsInputs {
  readonly topology: Topology;
  readonly telemetry: TelemetrySnapshot | null;
  /** Whether a part of the traffic figures is missing or old; absent: none is. */
  readonly isPartial?: boolean;
  readonly namespaces: readonly string[];
}

/**
 * What is encrypted: modes of mesh and namespaces, the verdict of every workload-to-workload edge that carries traffic
 * (the graph's edges without its service nodes, so nothing is counted twice), a namespace matrix and findings. Without
 * telemetry there are no edges, and the modes stand alone.
 */
export function buildMtlsReport(inputs: MtlsInputs): MtlsReport {
  const index = indexTopology(inputs.topology);
  const chosen = new Set(inputs.namespaces);
  const isChosen = (namespace: string) => chosen.size === 0 || chosen.has(namespace);
  const merged = inputs.telemetry === null ? [] : mergeReporters(inputs.telemetry);
  const all = assessFlows(index, merged);
  const flows = all.filter(
    ({ source, target }) =>
      chosen.size === 0 ||
      [source, target].some(({ namespace }) => namespace !== null && chosen.has(namespace)),
  );
  const windowSeconds = inputs.telemetry?.windowSeconds ?? null;
  const names = [...inputs.topology.namespaces.keys()].filter(isChosen).sort(compareText);
  return {
    scope: [...chosen].sort(compareText),
    mesh: {
      mode: weakestMode(index),
      autoMtls: perspectivesOf(index).every(({ topology }) => topology.mesh.enableAutoMtls),
      trustDomain: inputs.topology.mesh.trustDomain,
      trustDomainAliases: inputs.topology.mesh.trustDomainAliases,
      // An edge that fell silent says nothing of what passes; it would hide for a whole window that all else is encrypted.
      verdict: combineVerdicts(flows.flatMap(({ isIdle, mtls }) => (isIdle ? [] : mtls.verdict))),
      observedRatio: combineObserved(flows.map(({ mtls }) => mtls)).observedRatio,
      observedEdges: flows.filter(({ mtls }) => mtls.observedRatio !== null).length,
      verdicts: countVerdicts(flows),
    },
    ...controlPlanes(index),
    namespaces: names.flatMap((namespace) => {
      const into = flows.filter(({ target }) => target.namespace === namespace);
      return namespaceRows(index, namespace, into);
    }),
    cells: toCells(flows),
    edges: flows.map(toEdge),
    findings: findingsOfAll(
      index,
      flows,
      isChosen,
      inputs.isPartial === true ? null : windowSeconds,
    ),
  };
}

const WEAKEST_FIRST = ['DISABLE', 'PERMISSIVE', 'STRICT'] as const;

function weakestMode(index: TopologyIndex): MtlsReport['mesh']['mode'] {
  const modes = perspectivesOf(index).map(meshPeerMode);
  const weakest = WEAKEST_FIRST.flatMap((mode) => modes.find((found) => found.mode === mode) ?? []);
  return weakest[0] ?? meshPeerMode(index);
}

function controlPlanes(index: TopologyIndex): Pick<MtlsReport, 'controlPlanes'> {
  if (index.topology.clusters === undefined) return {};
  return {
    controlPlanes: perspectivesOf(index).map((own) => {
      const { cluster, governed, mesh } = own.topology;
      return {
        cluster,
        governs: [...(governed ?? [])],
        mode: meshPeerMode(own),
        autoMtls: mesh.enableAutoMtls,
        trustDomain: mesh.trustDomain,
        trustDomainAliases: mesh.trustDomainAliases,
      };
    }),
  };
}

/** One row; of several clusters one for each that has the namespace and whose configuration is known. */
function namespaceRows(
  index: TopologyIndex,
  namespace: string,
  into: readonly MtlsFlow[],
): readonly NamespaceMtls[] {
  const { clusters, namespaces } = index.topology;
  if (clusters === undefined) return [namespaceMtls(index, namespace, countVerdicts(into))];
  return (namespaces.get(namespace)?.members ?? []).flatMap(({ cluster }) => {
    const own = perspectiveOf(index, cluster);
    if (own === null || cluster === undefined) return [];
    const there = into.filter(({ target }) => target.cluster === cluster);
    return [namespaceMtls(own, namespace, countVerdicts(there), cluster)];
  });
}

function findingsOfAll(
  index: TopologyIndex,
  flows: readonly MtlsFlow[],
  isChosen: (namespace: string) => boolean,
  windowSeconds: number | null,
): readonly MtlsFinding[] {
  const { clusters } = index.topology;
  if (clusters === undefined) return mtlsFindings(index, flows, isChosen, windowSeconds);
  const found = perspectivesOf(index).flatMap((own) => {
    const { cluster, governed } = own.topology;
    // What came in at a place that metrics do not name may have come in here.
    const into = flows.filter(({ target }) => governed?.has(target.cluster ?? cluster) === true);
    return mtlsFindings(own, into, isChosen, windowSeconds).map((finding) => ({
      cluster,
      ...finding,
    }));
  });
  const ungoverned = [...clusters.values()].filter(({ primary }) => primary === null);
  return sortFindings([...found, ...ungoverned.map(({ name }) => unknownConfiguration(name))]);
}

function unknownConfiguration(cluster: string): MtlsFinding {
  return {
    cluster,
    rule: 'configuration-unknown',
    severity: 'warning',
    message: `Cluster ${cluster} has no istiod, and nothing says which of the others configures its proxies: its modes are not known. The annotation topology.istio.io/controlPlaneClusters of its Istio namespace says it.`,
    objects: [],
  };
}

function assessFlows(index: TopologyIndex, merged: readonly MergedEdge[]): readonly MtlsFlow[] {
  const place = placeNodes(index, 'workload', graphDraft([]));
  const groups = new Map<string, { source: NodeDraft; target: NodeDraft; parts: MergedEdge[] }>();
  for (const edge of merged) {
    const source = place.peer(edge.source);
    const target = targetNode(place, 'workload', edge);
    const id = formatEdgeId(source.id, target.id, edge.protocol);
    const known = groups.get(id);
    if (known === undefined) groups.set(id, { source, target, parts: [edge] });
    else known.parts.push(edge);
  }
  return [...groups].map(([id, { source, target, parts }]) => {
    const assessed = parts.map((part) => assessEdgeMtls(index.topology, part));
    const mtls = combineEdgeMtls(assessed);
    if (mtls === null) throw new Error('an edge without parts cannot be assessed');
    return {
      id,
      source: endOf(source),
      target: endOf(target),
      protocol: parts[0]?.protocol ?? 'http',
      rps: parts.reduce<number | null>((sum, part) => plus(sum, requestRate(part)), null),
      mtls,
      parts: assessed,
      isIdle: parts.every(isIdleEdge),
    };
  });
}

function toEdge({ id, source, target, protocol, rps, mtls }: MtlsFlow): MtlsEdge {
  return { id, source, target, protocol, rps, mtls };
}

function endOf({ id, label, namespace, cluster }: NodeDraft): MtlsEdge['source'] {
  return cluster === undefined ? { id, label, namespace } : { id, label, namespace, cluster };
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : a + b;
}

function countVerdicts(flows: readonly MtlsEdge[]): Readonly<Record<MtlsVerdict, number>> {
  const counts = { encrypted: 0, partly: 0, plaintext: 0, unknown: 0, broken: 0 };
  for (const { mtls } of flows) counts[mtls.verdict] += 1;
  return counts;
}

function toCells(flows: readonly MtlsEdge[]): readonly MtlsCell[] {
  const cells = new Map<string, MtlsEdge[]>();
  for (const flow of flows) {
    const key = `${flow.source.namespace ?? ''}>${flow.target.namespace ?? ''}`;
    const known = cells.get(key);
    if (known === undefined) cells.set(key, [flow]);
    else known.push(flow);
  }
  return [...cells]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, inCell]) => ({
      source: inCell[0]?.source.namespace ?? null,
      target: inCell[0]?.target.namespace ?? null,
      verdict: combineVerdicts(inCell.map(({ mtls }) => mtls.verdict)),
      verdicts: countVerdicts(inCell),
      observedRatio: combineObserved(inCell.map(({ mtls }) => mtls)).observedRatio,
      edges: inCell.length,
    }));
}

import type { DoctorFacts } from '@/mesh/doctor/facts';
import { count, finding, listed, type Finding } from '@/mesh/doctor/finding';
import type { FindingRule } from '@/mesh/doctor/finding-rules';
import { essentialKinds } from '@/mesh/doctor/kind-costs';

/** Findings that by themselves leave the graph without nodes or without edges, in the order of the chain. */
const CHAIN: readonly FindingRule[] = [
  'cluster-not-configured',
  'api-server-failing',
  'first-reading',
  'may-not-read',
  'no-workloads',
  'nothing-in-namespaces',
  'prometheus-not-configured',
  'prometheus-failing',
  'no-istiod',
  'no-namespace-in-mesh',
  'mesh-not-scraped',
  'mesh-scrape-stopped',
  'clock-differs',
  'labels-missing',
  'no-traffic',
];

const GRAVE: ReadonlySet<FindingRule> = new Set(['clock-differs', 'labels-missing']);

/**
 * Why the graph of some namespaces (empty: all) has no nodes or no edges: the first is the reason, the others are what
 * would be next. Empty where nothing explains it, so that there was simply no traffic in the window.
 */
export function whyEmpty(
  facts: DoctorFacts,
  findings: readonly Finding[],
  namespaces: readonly string[],
): readonly Finding[] {
  const all = [...findings, ...nothingThere(facts, namespaces)];
  return CHAIN.flatMap((rule) =>
    all.filter(
      (entry) =>
        entry.rule === rule &&
        (rule !== 'may-not-read' || entry.severity === 'error') &&
        (rule !== 'no-istiod' || entry.severity === 'error') &&
        (!GRAVE.has(rule) || entry.severity === 'error'),
    ),
  );
}

/** Says so where the namespaces asked for hold nothing that could be drawn. */
function nothingThere(
  { index, clusters }: DoctorFacts,
  namespaces: readonly string[],
): readonly Finding[] {
  if (namespaces.length === 0 || !clusters.some(({ state }) => state.state === 'ok')) return [];
  const holds = (name: string) =>
    index.workloadsIn(name).length > 0 || index.servicesIn(name).length > 0;
  if (namespaces.some(holds)) return [];
  const absent = namespaces.filter((name) => !index.topology.namespaces.has(name));
  const isRefused = clusters
    .flatMap(({ kinds }) => kinds)
    .some(
      ({ group, kind, reading }) => reading === 'refused' && essentialKinds.has(`${group}/${kind}`),
    );
  return [
    finding('nothing-in-namespaces', {
      severity: 'info',
      title: absent.length === namespaces.length ? 'There is no such namespace' : 'Nothing here',
      seen:
        absent.length > 0
          ? `${listed(absent)} ${absent.length === 1 ? 'does' : 'do'} not exist in this cluster, or may not be seen.`
          : `${listed(namespaces)} ${namespaces.length === 1 ? 'has' : 'have'} no workloads and no services${isRefused ? ' that may be read' : ''}.`,
      fix: `Choose other namespaces: ${count(index.topology.namespaces.size, 'namespace')} can be seen.`,
      source: 'the watches of the API server',
    }),
  ];
}

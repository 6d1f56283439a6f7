import { VERDICTS_WORST_FIRST } from '@/components/ui/verdict';
import type { Decided, MtlsEdge, MtlsVerdict } from '@/mesh/mtls/mtls';

/** Which edges of the report are listed. */
export interface EdgeFilter {
  /** Empty: every verdict. */
  readonly verdicts: readonly MtlsVerdict[];
  /** Words that must all occur in names, namespaces, protocol, modes, reason, deciding objects or identities; case is ignored. */
  readonly text: string;
  /** From one namespace to another, `null` standing for the outside; `null` pair: anywhere. */
  readonly pair: { readonly source: string | null; readonly target: string | null } | null;
}

/** Columns that the list can be ordered by. */
export type EdgeColumn = 'source' | 'target' | 'verdict' | 'observed' | 'rate';

/** Order of the list. Within equals the worst verdict and then the busiest edge comes first. */
export interface EdgeSort {
  readonly column: EdgeColumn;
  readonly isDescending: boolean;
}

/** Everything but what is encrypted. */
export const OPEN_VERDICTS: readonly MtlsVerdict[] = VERDICTS_WORST_FIRST.filter(
  (verdict) => verdict !== 'encrypted',
);

/** The edges that a filter lets through, in the order given. */
export function filterEdges(
  edges: readonly MtlsEdge[],
  { verdicts, text, pair }: EdgeFilter,
): readonly MtlsEdge[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return edges.filter((edge) => {
    if (verdicts.length > 0 && !verdicts.includes(edge.mtls.verdict)) return false;
    if (pair !== null && edge.source.namespace !== pair.source) return false;
    if (pair !== null && edge.target.namespace !== pair.target) return false;
    if (words.length === 0) return true;
    const searched = searchedText(edge);
    return words.every((word) => searched.includes(word));
  });
}

function searchedText({ source, target, protocol, mtls }: MtlsEdge): string {
  const ends = [source, target].map(({ label, namespace }) => `${label} ${namespace ?? 'outside'}`);
  const decided = [mtls.server, mtls.client].map(decidedText);
  const identities = [...(mtls.clientIdentities ?? []), ...(mtls.serverIdentities ?? [])];
  return [...ends, protocol, mtls.verdict, mtls.reason, ...decided, ...identities]
    .join(' ')
    .toLowerCase();
}

function decidedText(decided: Decided<string> | null): string {
  if (decided === null) return '';
  const { mode, at, decidedBy } = decided;
  const object =
    decidedBy === null ? '' : `${decidedBy.kind} ${decidedBy.namespace}/${decidedBy.name}`;
  return `${mode} ${at} ${object}`;
}

/** The edges in order. What is unknown comes last in either direction. */
export function sortEdges(
  edges: readonly MtlsEdge[],
  { column, isDescending }: EdgeSort,
): readonly MtlsEdge[] {
  const sign = isDescending ? -1 : 1;
  return [...edges].sort(
    (a, b) => compareKeys(keyOf(a, column), keyOf(b, column), sign) || byVerdictThenRate(a, b),
  );
}

type Key = string | number | null;

function keyOf({ source, target, rps, mtls }: MtlsEdge, column: EdgeColumn): Key {
  switch (column) {
    case 'source':
      return `${source.label} ${source.namespace ?? ''}`;
    case 'target':
      return `${target.label} ${target.namespace ?? ''}`;
    case 'verdict':
      return VERDICTS_WORST_FIRST.indexOf(mtls.verdict);
    case 'observed':
      return mtls.observedRatio;
    case 'rate':
      return rps;
  }
}

function compareKeys(a: Key, b: Key, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'string' && typeof b === 'string') return sign * a.localeCompare(b);
  return sign * (Number(a) - Number(b));
}

function byVerdictThenRate(a: MtlsEdge, b: MtlsEdge): number {
  const order =
    VERDICTS_WORST_FIRST.indexOf(a.mtls.verdict) - VERDICTS_WORST_FIRST.indexOf(b.mtls.verdict);
  return order || (b.rps ?? -1) - (a.rps ?? -1) || a.id.localeCompare(b.id);
}

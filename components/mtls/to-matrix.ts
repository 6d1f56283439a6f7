import type { MtlsCell } from '@/mesh/mtls/mtls';

/** The matrix by rows and columns; `null` names the outside and comes last. */
export interface Matrix {
  readonly sources: readonly (string | null)[];
  readonly targets: readonly (string | null)[];
  /** `null` where nothing calls. */
  readonly cellOf: (source: string | null, target: string | null) => MtlsCell | null;
}

/** Lays cells out: every namespace that calls as a row, every one that is called as a column, by name. */
export function toMatrix(cells: readonly MtlsCell[]): Matrix {
  const key = (source: string | null, target: string | null) => `${source ?? ''}>${target ?? ''}`;
  const byPlace = new Map(cells.map((cell) => [key(cell.source, cell.target), cell]));
  return {
    sources: distinct(cells.map(({ source }) => source)),
    targets: distinct(cells.map(({ target }) => target)),
    cellOf: (source, target) => byPlace.get(key(source, target)) ?? null,
  };
}

function distinct(names: readonly (string | null)[]): readonly (string | null)[] {
  return [...new Set(names)].sort((a, b) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return a.localeCompare(b);
  });
}

import { NO_PRINCIPAL } from '@/mesh/telemetry/telemetry';

const NOBODY: readonly string[] = [];

/**
 * Adds up the identities of one end over samples. The same few thousand occur in all of them, nearly always one on an
 * edge, so that lists of one are made once and shared.
 */
export class IdentityBook {
  private readonly singles = new Map<string, readonly string[]>();

  /** What was known, and what a sample tells. */
  add(known: readonly string[] | null, principal: string | null): readonly string[] | null {
    if (principal === null) return known;
    if (principal === NO_PRINCIPAL) return known ?? NOBODY;
    if (known === null || known.length === 0) return this.single(principal);
    return known.includes(principal) ? known : [...known, principal];
  }

  private single(principal: string): readonly string[] {
    const known = this.singles.get(principal);
    if (known !== undefined) return known;
    const made = [principal];
    this.singles.set(principal, made);
    return made;
  }
}

/**
 * The identities at one end in several lists, each once and in order. Where none is named, empty only if every list is:
 * a report that cannot tell is no proof that there was no principal.
 */
export function mergeIdentities(
  lists: readonly (readonly string[] | null)[],
): readonly string[] | null {
  const [first] = lists;
  if (first === undefined) return null;
  if ((first?.length ?? 0) < 2 && lists.every((list) => list === first)) return first;
  const named = new Set<string>();
  for (const list of lists) for (const identity of list ?? []) named.add(identity);
  if (named.size > 0) return [...named].sort();
  return lists.includes(null) ? null : NOBODY;
}

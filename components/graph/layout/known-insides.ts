import type { InsideLayout } from '@/components/graph/layout/inside-layout';
import type { Point } from '@/components/graph/layout/point';

/** Insides of namespaces by the text of their structure (see `structureKey`), then node id; fit for JSON. */
export type KnownInsides = Readonly<Record<string, Readonly<Record<string, Point>>>>;

const known = new Map<string, InsideLayout>();

/** Keeps insides that the server worked out, so that the first picture needs no engine in the browser. */
export function learnInsides(insides: KnownInsides): void {
  for (const [key, points] of Object.entries(insides))
    known.set(key, new Map(Object.entries(points)));
}

/** What was learnt about a structure; `null` for nothing. */
export function knownInside(key: string): InsideLayout | null {
  return known.get(key) ?? null;
}

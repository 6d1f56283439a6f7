import { readNumber } from '@/mesh/read-json';
import type { ClusterObject } from '@/server/ports';

/** `metadata.generation`, which grows with every change of the spec; `null` for kinds without one. */
export function generationOf({ raw }: ClusterObject): number | null {
  return readNumber(raw, 'metadata', 'generation');
}

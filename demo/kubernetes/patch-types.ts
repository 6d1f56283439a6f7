import type { ResourceType } from '@/demo/kubernetes/resource-type';

/** A list of operations (RFC 6902). */
export const JSON_PATCH = 'application/json-patch+json';
/** A document of changes (RFC 7386). */
export const MERGE_PATCH = 'application/merge-patch+json';
/** A document of changes in which lists are merged by their keys; built-in kinds only. */
export const STRATEGIC_PATCH = 'application/strategic-merge-patch+json';
/** Server-side apply. */
export const APPLY_PATCH = 'application/apply-patch+yaml';

/** The media types in which a kind can be patched. */
export function patchTypesOf(type: ResourceType): readonly string[] {
  const both = [JSON_PATCH, MERGE_PATCH];
  return type.custom ? [...both, APPLY_PATCH] : [...both, STRATEGIC_PATCH, APPLY_PATCH];
}

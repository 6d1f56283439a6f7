import type { ResourceName } from '@/demo/kubernetes/api-error';

/** Where the schema of one version of a kind comes from: an npm package and the module inside it. */
export interface SchemaModule {
  readonly package: string;
  readonly module: string;
}

/** One version of a kind that the API serves; `schema` is `null` for kinds whose content is not checked. */
export interface ServedVersion {
  readonly name: string;
  readonly schema: SchemaModule | null;
}

/** A column of `kubectl get`: `path` is a JSONPath without its first dot. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly path: string;
  readonly wide: boolean;
}

/**
 * One kind that the API serves. `versions` has the storage and preferred version first. `custom` kinds behave like those
 * of a CustomResourceDefinition: no strategic merge patch, schema errors in CRD wording, any field conversion by
 * renaming `apiVersion` only.
 */
export interface ResourceType extends ResourceName {
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly custom: boolean;
  readonly versions: readonly ServedVersion[];
  readonly status: boolean;
  readonly scale: boolean;
  /** Whether `metadata.generation` counts changes of anything but metadata and status. */
  readonly generation: boolean;
  readonly columns: readonly PrinterColumn[];
}

/** `group/version`, or only the version for the core group. */
export function apiVersionOf(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The group of an `apiVersion`; empty for core. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** The version that the store keeps. */
export function storageVersion(type: ResourceType): string {
  return type.versions[0]?.name ?? 'v1';
}

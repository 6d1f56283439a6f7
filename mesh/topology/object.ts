import { clusterSuffix } from '@/mesh/topology/workload-key';
import type { JsonObject } from '@/mesh/json';

/** Names one Kubernetes object. `group` is empty for the core group; `namespace` is empty for cluster-scoped kinds. */
export interface ObjectRef {
  /** The cluster that has it; absent where one cluster is watched. */
  readonly cluster?: string;
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** One `metadata.ownerReferences[]` entry. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly controller: boolean;
}

/** One `metadata.managedFields[]` entry without its `fieldsV1`. `timeMs` is `null` when the API server gave none. */
export interface FieldManager {
  readonly manager: string;
  readonly operation: string;
  readonly subresource: string;
  readonly timeMs: number | null;
}

/** The part of `metadata` that Fanari keeps in memory. */
export interface ObjectMeta {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly createdAtMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly owners: readonly OwnerReference[];
  readonly managers: readonly FieldManager[];
}

/**
 * A mesh configuration object (networking.istio.io, security.istio.io, telemetry.istio.io, gateway.networking.k8s.io,
 * flagger.app, argoproj.io Rollout). Its spec and status are kept whole and untyped: rules read what they know, nothing
 * is dropped.
 */
export interface ConfigObject {
  /** The cluster that has it; absent where one cluster is watched. */
  readonly cluster?: string;
  readonly apiVersion: string;
  readonly group: string;
  readonly kind: string;
  readonly meta: ObjectMeta;
  readonly spec: JsonObject;
  readonly status: JsonObject | null;
}

/** The ref of a config object. */
export function refOf(object: ConfigObject): ObjectRef {
  return {
    ...inCluster(object.cluster),
    group: object.group,
    kind: object.kind,
    namespace: object.meta.namespace,
    name: object.meta.name,
  };
}

/** A stable text key of a ref: `group/kind/namespace/name`, with `@cluster` at its end where it names one. */
export function refKey(ref: ObjectRef): string {
  return `${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}${clusterSuffix(ref.cluster)}`;
}

/** The field `cluster` of a ref or an object; nothing where one cluster is watched. */
export function inCluster(cluster: string | undefined): { readonly cluster?: string } {
  return cluster === undefined ? NOWHERE : { cluster };
}

const NOWHERE = {};

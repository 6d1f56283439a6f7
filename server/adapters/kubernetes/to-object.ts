import type { JsonObject } from '@/mesh/json';
import { readObject, readObjects, readString, readStringMap } from '@/mesh/read-json';
import type { ConfigObject, FieldManager, ObjectMeta } from '@/mesh/topology/object';
import { apiVersionOf, type ServedKind } from '@/server/adapters/kubernetes/discovery';

/** Annotations that repeat the whole object; nothing reads them. */
const BULKY = ['kubectl.kubernetes.io/last-applied-configuration', 'sidecar.istio.io/status'];

/** Epoch milliseconds of a Kubernetes time; `null` when absent or malformed. */
export function toTimeMs(text: string | null): number | null {
  const timeMs = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(timeMs) ? null : timeMs;
}

/** Annotations without those that repeat the object. */
export function toAnnotations(value: JsonObject | null): Readonly<Record<string, string>> {
  const all = readStringMap(value ?? undefined) ?? {};
  if (!BULKY.some((name) => name in all)) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => !BULKY.includes(name)));
}

function toManagers(metadata: JsonObject): readonly FieldManager[] {
  return readObjects(metadata, 'managedFields').map((entry) => ({
    manager: readString(entry, 'manager') ?? '',
    operation: readString(entry, 'operation') ?? '',
    subresource: readString(entry, 'subresource') ?? '',
    timeMs: toTimeMs(readString(entry, 'time')),
  }));
}

/** The part of `metadata` that Fanari keeps. */
export function toObjectMeta(object: JsonObject): ObjectMeta {
  const metadata = readObject(object, 'metadata') ?? {};
  return {
    namespace: readString(metadata, 'namespace') ?? '',
    name: readString(metadata, 'name') ?? '',
    uid: readString(metadata, 'uid') ?? '',
    resourceVersion: readString(metadata, 'resourceVersion') ?? '',
    createdAtMs: toTimeMs(readString(metadata, 'creationTimestamp')) ?? 0,
    labels: readStringMap(metadata, 'labels') ?? {},
    annotations: toAnnotations(readObject(metadata, 'annotations')),
    owners: readObjects(metadata, 'ownerReferences').map((owner) => ({
      apiVersion: readString(owner, 'apiVersion') ?? '',
      kind: readString(owner, 'kind') ?? '',
      name: readString(owner, 'name') ?? '',
      controller: owner['controller'] === true,
    })),
    managers: toManagers(metadata),
  };
}

/** A mesh configuration object; spec and status are kept as they are. */
export function toConfigObject(kind: ServedKind, object: JsonObject): ConfigObject {
  return {
    apiVersion: readString(object, 'apiVersion') ?? apiVersionOf(kind.group, kind.version),
    group: kind.group,
    kind: kind.kind,
    meta: toObjectMeta(object),
    spec: readObject(object, 'spec') ?? {},
    status: readObject(object, 'status'),
  };
}

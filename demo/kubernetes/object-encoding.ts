import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import type { JsonObject } from '@/demo/kubernetes/json';
import type { ListPage } from '@/demo/kubernetes/list-page';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { apiVersionOf } from '@/demo/kubernetes/resource-type';
import { isTableWanted, listTable, objectTable } from '@/demo/kubernetes/table';

/** In which shape a client wants objects. */
export type Shape = 'whole' | 'table' | 'metadata';

/** The shape that an `Accept` header asks for. */
export function shapeOf(accept: string): Shape {
  if (isTableWanted(accept)) return 'table';
  return accept.includes('as=PartialObjectMetadata') ? 'metadata' : 'whole';
}

/** The object at the version that the request names. */
export function atVersion(object: KubernetesObject, target: ResourceTarget): KubernetesObject {
  const { kind, apiVersion: _stored, ...rest } = object;
  return {
    kind,
    apiVersion: apiVersionOf(target.type.group, target.version),
    ...rest,
    metadata: object.metadata,
  };
}

function metadataOnly(object: KubernetesObject): JsonObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: object.metadata,
  };
}

/** Encodes one object in the shape asked for. */
export function encodeObject(
  object: KubernetesObject,
  target: ResourceTarget,
  accept: string,
): JsonObject {
  const shape = shapeOf(accept);
  if (shape === 'table') return objectTable(object, target);
  return shape === 'metadata' ? metadataOnly(object) : atVersion(object, target);
}

/** Encodes a page of a list in the shape asked for. */
export function encodeList(page: ListPage, target: ResourceTarget, accept: string): JsonObject {
  const metadata = {
    resourceVersion: String(page.resourceVersion),
    ...(page.continueToken === '' ? {} : { continue: page.continueToken }),
    ...(page.remaining === null ? {} : { remainingItemCount: page.remaining }),
  };
  const shape = shapeOf(accept);
  if (shape === 'table') return listTable(page.items, target, metadata);
  const partial = shape === 'metadata';
  return {
    kind: partial ? 'PartialObjectMetadataList' : `${target.type.kind}List`,
    apiVersion: partial ? 'meta.k8s.io/v1' : apiVersionOf(target.type.group, target.version),
    metadata,
    items: page.items.map((object) => (partial ? metadataOnly(object) : atVersion(object, target))),
  };
}

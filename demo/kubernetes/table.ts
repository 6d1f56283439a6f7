import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import type { JsonObject } from '@/demo/kubernetes/json';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';
import { columnsOf } from '@/demo/kubernetes/table-columns';
import type { TableColumn } from '@/demo/kubernetes/table-columns';

/** Whether an `Accept` header prefers the Table form that `kubectl get` uses. */
export function isTableWanted(accept: string): boolean {
  const first = accept.split(',')[0] ?? '';
  return first.includes('as=Table') && first.includes('g=meta.k8s.io');
}

function definition(column: TableColumn): JsonObject {
  return {
    name: column.name,
    type: column.type,
    format: column.name === 'Name' ? 'name' : '',
    description: column.name,
    priority: column.wide ? 1 : 0,
  };
}

function row(object: KubernetesObject, columns: readonly TableColumn[]): JsonObject {
  const partial = {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: object.metadata,
  };
  return { cells: columns.map((column) => column.cell(object)), object: partial };
}

function table(
  objects: readonly KubernetesObject[],
  target: ResourceTarget,
  metadata: JsonObject,
): JsonObject {
  const columns = columnsOf(target.type);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(definition),
    rows: objects.map((object) => row(object, columns)),
  };
}

/** A page of a list as a `Table`. */
export function listTable(
  objects: readonly KubernetesObject[],
  target: ResourceTarget,
  metadata: JsonObject,
): JsonObject {
  return table(objects, target, metadata);
}

/** One object as a `Table` of one row. */
export function objectTable(object: KubernetesObject, target: ResourceTarget): JsonObject {
  const { resourceVersion } = object.metadata;
  return table([object], target, { resourceVersion: resourceVersion ?? '' });
}

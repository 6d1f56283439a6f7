import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { CUSTOM_TYPES } from '@/demo/kubernetes/custom-types';
import type { ObjectStore } from '@/demo/kubernetes/object-store';
import type { ResourceType } from '@/demo/kubernetes/resource-type';

function condition(type: string, reason: string, now: string): Record<string, string> {
  return { type, status: 'True', reason, message: reason, lastTransitionTime: now };
}

function definitionOf(type: ResourceType, now: string): KubernetesObject {
  const names = {
    plural: type.resource,
    singular: type.singular,
    kind: type.kind,
    listKind: `${type.kind}List`,
    ...(type.shortNames.length === 0 ? {} : { shortNames: type.shortNames }),
    ...(type.categories.length === 0 ? {} : { categories: type.categories }),
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${type.resource}.${type.group}`, creationTimestamp: now },
    spec: {
      group: type.group,
      names,
      scope: type.namespaced ? 'Namespaced' : 'Cluster',
      conversion: { strategy: 'None' },
      versions: type.versions.map((version, index) => ({
        name: version.name,
        served: true,
        storage: index === 0,
        subresources: { status: {} },
        additionalPrinterColumns: type.columns.map((column) => ({
          name: column.name,
          type: column.type,
          jsonPath: `.${column.path}`,
          ...(column.wide ? { priority: 1 } : {}),
        })),
      })),
    },
    status: {
      acceptedNames: names,
      storedVersions: type.versions.slice(0, 1).map((version) => version.name),
      conditions: [
        condition('NamesAccepted', 'NoConflicts', now),
        condition('Established', 'InitialNamesAccepted', now),
      ],
    },
  };
}

/**
 * Adds the CustomResourceDefinitions of the custom kinds, so that tools which look for them find them. Their schemas are
 * not repeated there; `/openapi/v3` has them.
 */
export function addDefinitions(store: ObjectStore): void {
  // As old as the cluster: the objects of these kinds may be older than this server.
  const [oldest] = store.list('', 'Namespace');
  const createdAt = oldest?.metadata.creationTimestamp ?? store.timestamp();
  for (const type of CUSTOM_TYPES) store.apply(definitionOf(type, createdAt));
}

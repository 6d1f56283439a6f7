import { BUILT_IN_TYPES } from '@/demo/kubernetes/built-in-types';
import { CUSTOM_TYPES } from '@/demo/kubernetes/custom-types';
import type { ResourceType } from '@/demo/kubernetes/resource-type';

/** CustomResourceDefinitions themselves: read only, made from the custom kinds. */
export const DEFINITION_TYPE: ResourceType = {
  group: 'apiextensions.k8s.io',
  kind: 'CustomResourceDefinition',
  resource: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  custom: false,
  versions: [
    {
      name: 'v1',
      schema: {
        package: 'kubernetes-models',
        module: 'apiextensions.k8s.io/v1/CustomResourceDefinition',
      },
    },
  ],
  status: true,
  scale: false,
  generation: true,
  columns: [
    { name: 'Created At', type: 'string', path: 'metadata.creationTimestamp', wide: false },
  ],
};

/** Every kind that the API serves. */
export const SERVED_TYPES: readonly ResourceType[] = [
  ...BUILT_IN_TYPES,
  DEFINITION_TYPE,
  ...CUSTOM_TYPES,
];

const BY_KIND = new Map(SERVED_TYPES.map((type) => [`${type.group}/${type.kind}`, type]));
const BY_RESOURCE = new Map(SERVED_TYPES.map((type) => [`${type.group}/${type.resource}`, type]));

/** The type of a kind; `null` when it is not served. */
export function typeOfKind(group: string, kind: string): ResourceType | null {
  return BY_KIND.get(`${group}/${kind}`) ?? null;
}

/** The type of a plural resource name; `null` when it is not served. */
export function typeOfResource(group: string, resource: string): ResourceType | null {
  return BY_RESOURCE.get(`${group}/${resource}`) ?? null;
}

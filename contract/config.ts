import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { UPSTREAM_ERRORS } from '@/contract/endpoint-errors';
import {
  apiVersionSchema,
  fieldManagerSchema,
  objectRefSchema,
  ownerReferenceSchema,
  resourceVersionSchema,
} from '@/contract/object-ref';

/** Query of `GET /config`: an object by group (empty: core), kind, namespace and name. */
export const configQuerySchema = z.object({
  cluster: objectRefSchema.shape.cluster,
  group: objectRefSchema.shape.group
    .default('')
    .describe('API group, e.g. `networking.istio.io`; core when absent'),
  kind: objectRefSchema.shape.kind,
  namespace: objectRefSchema.shape.namespace
    .default('')
    .describe('Namespace of the object; absent for kinds without one'),
  name: objectRefSchema.shape.name,
});

/** The object wanted. */
export type ConfigQuery = Readonly<z.output<typeof configQuerySchema>>;

/** Answer of `GET /config`. */
export const configResponseSchema = z
  .object({
    object: objectRefSchema.describe('The object asked for'),
    apiVersion: apiVersionSchema,
    resourceVersion: resourceVersionSchema,
    yaml: z.string().describe('The whole object as YAML, without `managedFields`'),
    managers: z.array(fieldManagerSchema).describe('Who wrote parts of it, and when'),
    owners: z.array(ownerReferenceSchema).describe('Objects that own it'),
  })
  .describe('One object as the cluster has it now');

/** One object as the cluster has it now. */
export type ConfigResponse = DeepReadonly<z.output<typeof configResponseSchema>>;

/** `GET /config`: one mesh object as YAML. */
export const configEndpoint = {
  method: 'GET',
  path: '/config',
  summary: 'One mesh object as YAML, with who manages it',
  description: 'Only kinds that Fanari watches; never Secrets.',
  errors: {
    ...UPSTREAM_ERRORS,
    404: 'The cluster does not have the object, or Fanari does not read its kind',
  },
  query: configQuerySchema,
  response: configResponseSchema,
} as const;

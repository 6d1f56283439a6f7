import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { fieldManagerSchema, objectRefSchema, ownerReferenceSchema } from '@/contract/object-ref';

/** Query of `GET /config`: an object by group (empty: core), kind, namespace and name. */
export const configQuerySchema = z.object({
  group: objectRefSchema.shape.group.default(''),
  kind: objectRefSchema.shape.kind,
  namespace: objectRefSchema.shape.namespace.default(''),
  name: objectRefSchema.shape.name,
});

/** The object wanted. */
export type ConfigQuery = Readonly<z.output<typeof configQuerySchema>>;

/** Answer of `GET /config`. */
export const configResponseSchema = z.object({
  object: objectRefSchema,
  apiVersion: z.string(),
  resourceVersion: z.string(),
  yaml: z.string(),
  managers: z.array(fieldManagerSchema),
  owners: z.array(ownerReferenceSchema),
});

/** One object as the cluster has it now; `yaml` leaves `managedFields` out. */
export type ConfigResponse = DeepReadonly<z.output<typeof configResponseSchema>>;

/** `GET /config`: one mesh object as YAML. Only kinds that Fanari knows; never Secrets. */
export const configEndpoint = {
  method: 'GET',
  path: '/config',
  summary: 'One mesh object as YAML, with who manages it',
  query: configQuerySchema,
  response: configResponseSchema,
} as const;

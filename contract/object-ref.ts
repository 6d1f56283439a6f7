import { z } from 'zod';

/** Schema of the name of one of several clusters; `what` says whose it is. */
export function clusterSchema(what: string) {
  return z
    .string()
    .min(1)
    .max(253)
    .exactOptional()
    .describe(`${what}, as metrics name it; absent where Fanari watches one cluster`);
}

/** Schema of `ObjectRef`. */
export const objectRefSchema = z
  .object({
    cluster: clusterSchema('Cluster that has the object'),
    group: z.string().max(253).describe('API group, e.g. `networking.istio.io`; empty for core'),
    kind: z
      .string()
      .min(1)
      .max(63)
      .regex(/^[A-Za-z][A-Za-z0-9]*$/)
      .describe('Kind of the object, e.g. `VirtualService`'),
    namespace: z
      .string()
      .max(63)
      .regex(/^[a-z0-9-]*$/)
      .describe('Namespace of the object; empty for kinds without one'),
    name: z
      .string()
      .min(1)
      .max(253)
      .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)
      .describe('`metadata.name` of the object'),
  })
  .describe('Names one Kubernetes object');

/** Schema of an object's `apiVersion`. */
export const apiVersionSchema = z
  .string()
  .describe('`apiVersion` of the object, e.g. `networking.istio.io/v1`');

/** Schema of an object's `metadata.resourceVersion`. */
export const resourceVersionSchema = z
  .string()
  .describe('`metadata.resourceVersion`: changes with every write to the object');

/** What an object's `metadata.generation` tells, in the contract's words. */
export const GENERATION =
  '`metadata.generation` after the write, which every change of the spec raises by one; `null` for objects without one, e.g. a Service';

/** Schema of `OwnerReference`. */
export const ownerReferenceSchema = z
  .object({
    apiVersion: z.string().describe('`apiVersion` of the owner'),
    kind: z.string().describe('Kind of the owner'),
    name: z.string().describe('Name of the owner'),
    controller: z.boolean().describe('Whether this owner is the managing controller'),
  })
  .describe('One entry of `metadata.ownerReferences`');

/** Schema of `FieldManager`. */
export const fieldManagerSchema = z
  .object({
    manager: z.string().describe('Name of the field manager, e.g. `kubectl-edit`'),
    operation: z.string().describe('How it wrote: `Apply` or `Update`'),
    subresource: z.string().describe('Subresource written, e.g. `status`; empty for the object'),
    timeMs: z
      .number()
      .nullable()
      .describe('When it last wrote, epoch milliseconds; `null` when the API server gave none'),
  })
  .describe('One entry of `metadata.managedFields`, without its fields');

import { z } from 'zod';

/** Schema of `ObjectRef`. */
export const objectRefSchema = z.object({
  group: z.string().max(253),
  kind: z
    .string()
    .min(1)
    .max(63)
    .regex(/^[A-Za-z][A-Za-z0-9]*$/),
  namespace: z
    .string()
    .max(63)
    .regex(/^[a-z0-9-]*$/),
  name: z
    .string()
    .min(1)
    .max(253)
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/),
});

/** Schema of `OwnerReference`. */
export const ownerReferenceSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  controller: z.boolean(),
});

/** Schema of `FieldManager`. */
export const fieldManagerSchema = z.object({
  manager: z.string(),
  operation: z.string(),
  subresource: z.string(),
  timeMs: z.number().nullable(),
});

import { z } from 'zod';
import { objectRefSchema } from '@/contract/object-ref';

const nameSchema = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
const versionSchema = z.string().min(1).max(63);
const apiSchema = z.enum(['VirtualService', 'HTTPRoute', 'GRPCRoute']);

/** Schema of `CanaryCandidate`. */
export const canaryCandidateSchema = z.object({
  id: z.string(),
  namespace: z.string(),
  service: z.string(),
  host: z.string(),
  labelKey: z.string(),
  versions: z.array(
    z.object({
      version: z.string(),
      workloads: z.array(z.string()),
      readyPods: z.number().int(),
      subset: z.string(),
      hasSubset: z.boolean(),
      service: z.string(),
      servicePort: z.number().int().nullable(),
      hasService: z.boolean(),
    }),
  ),
  unversioned: z.array(z.string()),
  destinationRule: objectRefSchema.nullable(),
  apis: z.array(z.object({ api: apiSchema, name: z.string(), unavailable: z.string().nullable() })),
});

/** Schema of `CanaryStart`. */
export const canaryStartSchema = z.strictObject({
  namespace: nameSchema,
  service: nameSchema,
  api: apiSchema,
  weights: z
    .array(z.strictObject({ version: versionSchema, weight: z.number().int().min(0).max(1e6) }))
    .min(2)
    .max(100),
});

/** Schema of `CanaryWarning`. */
export const canaryWarningSchema = z.object({
  rule: z.enum([
    'owned-by-flagger',
    'owned-by-delivery-tool',
    'no-endpoints',
    'unversioned-workloads',
    'routed-past',
    'other-destination-rule',
    'policy-copied',
    'port-not-split',
    'needs-waypoint',
  ]),
  message: z.string(),
  object: objectRefSchema.nullable(),
  blocks: z.boolean(),
});

const writableKinds = ['VirtualService', 'DestinationRule', 'HTTPRoute', 'GRPCRoute', 'Service'];
const writtenObjectSchema = objectRefSchema.refine(({ kind }) => writableKinds.includes(kind), {
  path: ['kind'],
  message: 'is not a kind that a canary is started with',
});
const apiVersionSchema = z.string().min(1).max(317);

/** Schema of `CanaryUndo`. Only kinds that a start creates or changes are taken. */
export const canaryUndoSchema = z.strictObject({
  steps: z
    .array(
      z.discriminatedUnion('action', [
        z.strictObject({
          action: z.literal('delete'),
          object: writtenObjectSchema,
          apiVersion: apiVersionSchema,
          uid: z.string().min(1).max(200),
          resourceVersion: z.string().min(1).max(200),
          generation: z.number().int().nullable(),
        }),
        z.strictObject({
          action: z.literal('remove-subsets'),
          object: writtenObjectSchema,
          apiVersion: apiVersionSchema,
          added: z
            .array(
              z.strictObject({
                position: z.number().int().min(0).max(10_000),
                name: z.string().min(1).max(253),
                labels: z.record(z.string().max(317), z.string().max(63)),
              }),
            )
            .min(1)
            .max(100),
          isNewList: z.boolean(),
        }),
      ]),
    )
    .min(1)
    .max(102),
});

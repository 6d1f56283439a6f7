import { z } from 'zod';
import type { JsonValue } from '@/mesh/json';
import { objectRefSchema } from '@/contract/object-ref';

const warningRuleSchema = z.enum([
  'owned-by-flagger',
  'owned-by-argo-rollouts',
  'owned-by-argo-cd',
  'owned-by-flux',
  'owned-by-helm',
  'no-endpoints',
  'subset-not-defined',
  'service-not-found',
  'weights-not-100',
  'all-weights-zero',
  'shadowed-by-other-route',
  'exported-to-nobody',
]);

/** Schema of `SplitWarning`. */
export const splitWarningSchema = z.object({
  rule: warningRuleSchema,
  message: z.string(),
  object: objectRefSchema.nullable(),
  blocks: z.boolean(),
});

const weightSchema = z.number().int().min(0).max(2_147_483_647).nullable();
const shareSchema = z.number().min(0).max(1).nullable();

/** Schema of a weighted destination as written in the object, e.g. in `WeightChange.seen` and in a conflict. */
export const writtenWeightSchema = z.object({
  host: z.string(),
  subset: z.string().nullable(),
  port: z.number().int().nullable(),
  weight: weightSchema,
});

/** Schema of `SplitDestination`. */
export const splitDestinationSchema = z.object({
  index: z.number().int(),
  host: z.string(),
  fqdn: z.string(),
  subset: z.string().nullable(),
  port: z.number().int().nullable(),
  label: z.string(),
  weight: z.number().nullable(),
  effectiveWeight: z.number(),
  share: shareSchema,
  workloads: z.array(z.string()),
  readyPods: z.number().int().nullable(),
  observedPerSecond: z.number().nullable(),
  observedShare: shareSchema,
});

/** Schema of `TrafficSplit`. */
export const trafficSplitSchema = z.object({
  id: z.string(),
  object: objectRefSchema,
  apiVersion: z.string(),
  resourceVersion: z.string(),
  rulePointer: z.string(),
  ruleIndex: z.number().int(),
  ruleCount: z.number().int(),
  ruleName: z.string().nullable(),
  ruleText: z.string(),
  protocol: z.enum(['http', 'grpc', 'tls', 'tcp']),
  matches: z.array(z.string()),
  hosts: z.array(z.string()),
  parents: z.array(z.string()),
  handleHost: z.string().nullable(),
  destinations: z.array(splitDestinationSchema),
  mirrors: z.array(
    z.object({ host: z.string(), subset: z.string().nullable(), percent: z.number() }),
  ),
  totalWeight: z.number(),
  agreement: z.enum(['agrees', 'differs', 'unknown']),
  agreementReason: z.string(),
  warnings: z.array(splitWarningSchema),
});

/** Schema of `WeightChange`. */
export const weightChangeSchema = z
  .strictObject({
    object: objectRefSchema,
    apiVersion: z.string().min(1).max(317),
    rulePointer: z
      .string()
      .max(200)
      .regex(/^(\/[^/]+)+$/),
    ruleText: z.string().max(65_536),
    seen: z.array(writtenWeightSchema).min(1).max(100),
    wanted: z.array(weightSchema).min(1).max(100),
    confirmsZero: z.boolean().optional(),
  })
  .refine((change) => change.seen.length === change.wanted.length, {
    path: ['wanted'],
    message: 'must have as many entries as seen',
  });

/** Schema of `JsonValue`. */
export const jsonValueSchema: z.ZodType<JsonValue> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(jsonValueSchema),
    z.record(z.string(), jsonValueSchema),
  ]),
);

/** Schema of `JsonPatchOperation`. */
export const jsonPatchOperationSchema = z.union([
  z.object({ op: z.enum(['test', 'replace', 'add']), path: z.string(), value: jsonValueSchema }),
  z.object({ op: z.literal('remove'), path: z.string() }),
]);

/** Schema of `WeightPlan`. */
export const weightPlanSchema = z.object({
  patch: z.array(jsonPatchOperationSchema),
  undo: weightChangeSchema,
});

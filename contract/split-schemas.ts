import { z } from 'zod';
import type { JsonValue } from '@/mesh/json';
import { apiVersionSchema, objectRefSchema, resourceVersionSchema } from '@/contract/object-ref';
import { warningShape } from '@/contract/warning-shape';

const warningRuleSchema = z
  .enum([
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
  ])
  .describe('What the warning is of');

/** Schema of `SplitWarning`. */
export const splitWarningSchema = z.object({ rule: warningRuleSchema, ...warningShape });

/** What a weight of `null` means where it is read. */
const ABSENT_WEIGHT =
  '`null` when the field is absent (Istio then counts 0, or 100 when alone; Gateway API counts 1)';

const wholeWeightSchema = z.number().int().min(0).max(2_147_483_647).nullable();

function share(what: string, when: string) {
  return z.number().min(0).max(1).nullable().describe(`${what}, 0..1; \`null\` ${when}`);
}

const placeShape = {
  host: z
    .string()
    .describe('Host as written in the object; of a Gateway API `backendRef` the Service’s name'),
  subset: z
    .string()
    .nullable()
    .describe('Subset of a DestinationRule, as written; `null` when none is named'),
} as const;

const destinationShape = {
  ...placeShape,
  port: z.number().int().nullable().describe('Port number, as written; `null` when none is named'),
} as const;

/** Schema of a weighted destination as written in the object, e.g. in `WeightChange.seen` and in a conflict. */
export const writtenWeightSchema = z.object({
  ...destinationShape,
  weight: wholeWeightSchema.describe(`Weight as written, a whole number; ${ABSENT_WEIGHT}`),
});

/** Schema of `SplitDestination`. */
export const splitDestinationSchema = z.object({
  ...destinationShape,
  index: z.number().int().describe('Position in the rule’s list of destinations, from 0'),
  fqdn: z.string().describe('Host, fully qualified'),
  label: z.string().describe('Short text that tells a rule’s destinations apart, e.g. `v2`'),
  weight: z.number().nullable().describe(`Weight as written; ${ABSENT_WEIGHT}`),
  effectiveWeight: z.number().describe('Weight that counts after those defaults'),
  share: share('Configured share', 'when the rule’s total weight is zero'),
  workloads: z.array(z.string()).describe('Workloads behind it, as `namespace/name`'),
  readyPods: z
    .number()
    .int()
    .nullable()
    .describe(
      'Number of ready pods behind it; `null` when that cannot be told (selectorless Service, external host)',
    ),
  observedPerSecond: z
    .number()
    .nullable()
    .describe(
      'Requests (TCP: connections) per second that clients reported; `null` when not observable',
    ),
  observedShare: share(
    'Observed share of the rule’s traffic; without `observedPerSecond` it is of this rule and others with the same weights together',
    'when not observable or without traffic',
  ),
});

const rulePointerSchema = z
  .string()
  .describe('JSON pointer of the rule inside the object, e.g. `/spec/http/0`');

const ruleTextSchema = z
  .string()
  .describe(
    'The rule’s name and matches as JSON text with sorted keys, which tells it from other rules at any position',
  );

/** Schema of `TrafficSplit`. */
export const trafficSplitSchema = z
  .object({
    id: z
      .string()
      .describe(
        '`Kind/namespace/name/rule-pointer`, e.g. `VirtualService/bookinfo/reviews/spec/http/0`',
      ),
    object: objectRefSchema.describe('Route object that the rule is in'),
    apiVersion: apiVersionSchema,
    resourceVersion: resourceVersionSchema,
    rulePointer: rulePointerSchema,
    ruleIndex: z
      .number()
      .int()
      .describe('Position among the object’s rules of the same protocol, from 0'),
    ruleCount: z.number().int().describe('Number of the object’s rules of the same protocol'),
    ruleName: z.string().nullable().describe('Name of the rule; `null` when it has none'),
    ruleText: ruleTextSchema,
    protocol: z.enum(['http', 'grpc', 'tls', 'tcp']).describe('Protocol that the rule is about'),
    matches: z
      .array(z.string())
      .describe(
        'The rule’s matches for people, e.g. `header end-user = jason`; empty: it takes everything left',
      ),
    hosts: z.array(z.string()).describe('Hosts (FQDN) that the route claims'),
    parents: z
      .array(z.string())
      .describe('Where the route applies: `mesh`, or gateways as `namespace/name`'),
    handleHost: z
      .string()
      .nullable()
      .describe(
        'Host (FQDN) of the service node on which the handle is drawn; `null` when there is no such service',
      ),
    destinations: z
      .array(splitDestinationSchema)
      .describe(
        'The weighted destinations, in the order of the object; one when a second could join',
      ),
    mirrors: z
      .array(
        z.object({
          ...placeShape,
          percent: z.number().describe('Percent of requests copied, 0..100; 100 when not written'),
        }),
      )
      .describe('Where the rule sends copies of requests'),
    totalWeight: z.number().describe('Sum of the effective weights, which need not be 100'),
    agreement: z
      .enum(['agrees', 'differs', 'unknown'])
      .describe('Whether observed shares match the weights within sampling error'),
    agreementReason: z.string().describe('Why, in words with the figures'),
    warnings: z.array(splitWarningSchema).describe('What is wrong or risky about the rule'),
  })
  .describe('One rule of a route object with its weighted destinations');

/** Schema of `WeightChange`. */
export const weightChangeSchema = z
  .strictObject({
    object: objectRefSchema.describe('Route object to change'),
    apiVersion: apiVersionSchema.min(1).max(317),
    rulePointer: rulePointerSchema.max(200).regex(/^(\/[^/]+)+$/),
    ruleText: ruleTextSchema.max(65_536),
    seen: z
      .array(writtenWeightSchema)
      .min(1)
      .max(100)
      .describe('The rule’s destinations as the user saw them; 409 when they are others by now'),
    wanted: z
      .array(wholeWeightSchema)
      .min(1)
      .max(100)
      .describe(
        'Wanted weights, whole numbers in the order of `seen`; `null` removes the field, which undoes its addition',
      ),
    confirmsZero: z
      .boolean()
      .optional()
      .describe(
        '`true`: it is known that the weights total zero, so that every request fails; without it that is refused',
      ),
  })
  .refine((change) => change.seen.length === change.wanted.length, {
    path: ['wanted'],
    message: 'must have as many entries as seen',
  })
  .describe('A wanted change of one rule’s weights, guarded by what the user saw');

/** Schema of `JsonValue`. The words stand inside, because a description around `z.lazy` would make a schema of its own. */
export const jsonValueSchema: z.ZodType<JsonValue> = z.lazy(() =>
  z
    .union([
      z.string(),
      z.number(),
      z.boolean(),
      z.null(),
      z.array(jsonValueSchema),
      z.record(z.string(), jsonValueSchema),
    ])
    .describe('Any value that JSON can hold'),
);

const patchPathSchema = z.string().describe('JSON pointer into the object (RFC 6901)');

/** Schema of `JsonPatchOperation`. */
export const jsonPatchOperationSchema = z.union([
  z.object({
    op: z.enum(['test', 'replace', 'add']).describe('What to do; `test` only compares'),
    path: patchPathSchema,
    value: jsonValueSchema.describe('Value to compare with or to write; `null` stands for itself'),
  }),
  z.object({
    op: z.literal('remove').describe('Takes the value at `path` away'),
    path: patchPathSchema,
  }),
]);

/** Schema of the change that takes another one back. */
export const undoChangeSchema = weightChangeSchema.describe(
  'The change that takes this one back, under the same guards',
);

/** Schema of `WeightPlan`. */
export const weightPlanSchema = z.object({
  patch: z.array(jsonPatchOperationSchema).describe('JSON patch (RFC 6902) that would be sent'),
  undo: undoChangeSchema,
});

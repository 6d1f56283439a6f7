import { z } from 'zod';
import {
  apiVersionSchema,
  GENERATION,
  objectRefSchema,
  resourceVersionSchema,
} from '@/contract/object-ref';
import { warningShape } from '@/contract/warning-shape';

const nameSchema = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
const apiSchema = z
  .enum(['VirtualService', 'HTTPRoute', 'GRPCRoute'])
  .describe('Kind of the route that a canary is started with');
const versionSchema = z.string().describe('Version: the value of the label that tells them apart');

/** Schema of `CanaryCandidate`. */
export const canaryCandidateSchema = z
  .object({
    id: z.string().describe('`namespace/name` of the Service'),
    namespace: z.string().describe('Namespace of the Service'),
    service: z.string().describe('Name of the Service'),
    host: z.string().describe('Host of the Service, fully qualified'),
    labelKey: z.string().describe('Pod label that tells the versions apart, e.g. `version`'),
    versions: z
      .array(
        z.object({
          version: versionSchema,
          workloads: z.array(z.string()).describe('Its workloads, as `namespace/name`'),
          readyPods: z.number().int().describe('Number of its ready pods'),
          subset: z
            .string()
            .describe('Subset of a DestinationRule that a VirtualService would name'),
          hasSubset: z.boolean().describe('`false`: the subset would be added'),
          service: z.string().describe('Service that a Gateway API route would name'),
          servicePort: z
            .number()
            .int()
            .nullable()
            .describe('Port number of that Service; `null` where none suits a Gateway API route'),
          hasService: z.boolean().describe('`false`: that Service would be created'),
        }),
      )
      .describe('The versions in natural order: v2 before v10'),
    unversioned: z
      .array(z.string())
      .describe(
        'Workloads (`namespace/name`) without that label: a split would leave them without requests',
      ),
    destinationRule: objectRefSchema
      .nullable()
      .describe(
        'DestinationRule whose subsets would be added to; `null`: one would be created where subsets are needed',
      ),
    apis: z
      .array(
        z.object({
          api: apiSchema,
          name: z.string().describe('Name of the route that would be created'),
          unavailable: z
            .string()
            .nullable()
            .describe('Why it cannot be used here, in a sentence; `null` when it can'),
        }),
      )
      .describe('Every API for routes that the cluster serves'),
  })
  .describe('A service with two or more versions and no route in the mesh');

/** Schema of `CanaryStart`. */
export const canaryStartSchema = z
  .strictObject({
    namespace: nameSchema.describe('Namespace of the Service to split'),
    service: nameSchema.describe('Name of the Service to split'),
    api: apiSchema,
    weights: z
      .array(
        z.strictObject({
          version: versionSchema.min(1).max(63),
          weight: z.number().int().min(0).max(1e6).describe('Weight, a whole number from 0'),
        }),
      )
      .min(2)
      .max(100)
      .describe('One weight for each version of the candidate'),
  })
  .describe('The canary that is wanted');

/** Schema of the text that stands for the writes of a preview. */
export const seenSchema = z
  .string()
  .describe('Stands for exactly the writes previewed; handed back to make them');

/** Schema of `CanaryWarning`. */
export const canaryWarningSchema = z.object({
  rule: z
    .enum([
      'owned-by-flagger',
      'owned-by-delivery-tool',
      'no-endpoints',
      'unversioned-workloads',
      'routed-past',
      'other-destination-rule',
      'policy-copied',
      'port-not-split',
      'needs-waypoint',
    ])
    .describe('What the warning is of'),
  ...warningShape,
});

const writableKinds = ['VirtualService', 'DestinationRule', 'HTTPRoute', 'GRPCRoute', 'Service'];
const writtenObjectSchema = objectRefSchema
  .refine(({ kind }) => writableKinds.includes(kind), {
    path: ['kind'],
    message: 'is not a kind that a canary is started with',
  })
  // Not `describe`: its copy of a refined copy would spell the whole object out beside the reference.
  .register(z.globalRegistry, { description: 'Object that the start wrote' });
const writtenApiVersionSchema = apiVersionSchema.min(1).max(317);

/** Schema of `CanaryUndo`. Only kinds that a start creates or changes are taken. */
export const canaryUndoSchema = z
  .strictObject({
    steps: z
      .array(
        z.discriminatedUnion('action', [
          z.strictObject({
            action: z.literal('delete').describe('Deletes an object that the start created'),
            object: writtenObjectSchema,
            apiVersion: writtenApiVersionSchema,
            uid: z.string().min(1).max(200).describe('`metadata.uid` of the object created'),
            resourceVersion: resourceVersionSchema.min(1).max(200),
            generation: z.number().int().nullable().describe(GENERATION),
          }),
          z.strictObject({
            action: z
              .literal('remove-subsets')
              .describe('Removes subsets that the start added to a DestinationRule'),
            object: writtenObjectSchema,
            apiVersion: writtenApiVersionSchema,
            added: z
              .array(
                z.strictObject({
                  position: z
                    .number()
                    .int()
                    .min(0)
                    .max(10_000)
                    .describe('Position in `spec.subsets`, from 0'),
                  name: z.string().min(1).max(253).describe('Name of the subset'),
                  labels: z
                    .record(z.string().max(317), z.string().max(63))
                    .describe('Pod labels that the subset selects'),
                }),
              )
              .min(1)
              .max(100)
              .describe('The subsets that were added'),
            isNewList: z.boolean().describe('`true`: the rule had no list of subsets before'),
          }),
        ]),
      )
      .min(1)
      .max(102)
      .describe('Writes to take back, in safe order: the route goes first'),
  })
  .describe('What takes a started canary back, as the start answered it');

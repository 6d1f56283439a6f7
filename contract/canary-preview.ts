import { z } from 'zod';
import { canaryStartSchema, canaryWarningSchema, seenSchema } from '@/contract/canary-schemas';
import { checkedShape } from '@/contract/checked-shape';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { UPSTREAM_ERRORS, type EndpointErrors } from '@/contract/endpoint-errors';
import { objectRefSchema } from '@/contract/object-ref';

/** Body of `POST /splits/start/preview`. */
export const canaryPreviewBodySchema = z
  .strictObject({ start: canaryStartSchema })
  .describe('Body with the canary to plan');

/** Answer of `POST /splits/start/preview`. */
export const canaryPreviewResponseSchema = z
  .object({
    seen: seenSchema,
    steps: z
      .array(
        z.object({
          action: z
            .enum(['create', 'add-subsets'])
            .describe('Creates the object, or adds subsets to a DestinationRule'),
          object: objectRefSchema.describe('Object that would be written'),
          before: z
            .string()
            .nullable()
            .describe('The object as it is, YAML; `null` where it is created'),
          after: z.string().describe('The object as it would be, YAML'),
          ...checkedShape,
        }),
      )
      .describe('The writes, in their order'),
    pauseSeconds: z
      .number()
      .describe(
        'Pause before the route is written, in seconds, 0 or more: the proxies learn what it names',
      ),
    warnings: z.array(canaryWarningSchema).describe('What to know before it is started'),
  })
  .describe('What starting a canary would write');

/** What starting a canary would write. */
export type CanaryPreviewResponse = DeepReadonly<z.output<typeof canaryPreviewResponseSchema>>;

/** Why a start cannot be planned. */
export const CANARY_PLAN_ERRORS: EndpointErrors = {
  ...UPSTREAM_ERRORS,
  409: 'A canary cannot be started here (any more)',
  422: 'The API or the weights do not fit the service',
};

/** `POST /splits/start/preview`: plans the start of a canary and writes nothing. */
export const canaryPreviewEndpoint = {
  method: 'POST',
  path: '/splits/start/preview',
  summary: 'What starting a canary would write, checked but not written',
  description: 'Plans the start and has the API server try every write without storing it.',
  errors: CANARY_PLAN_ERRORS,
  body: canaryPreviewBodySchema,
  response: canaryPreviewResponseSchema,
} as const;

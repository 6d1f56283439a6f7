import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { checkedShape } from '@/contract/checked-shape';
import { UPSTREAM_ERRORS, type EndpointErrors } from '@/contract/endpoint-errors';
import { resourceVersionSchema } from '@/contract/object-ref';
import { splitWarningSchema, weightChangeSchema, weightPlanSchema } from '@/contract/split-schemas';

/** Body of `POST /splits/preview` and `POST /splits/apply`. */
export const splitChangeBodySchema = z
  .strictObject({ change: weightChangeSchema.describe('The change that is wanted') })
  .describe('Body with the weight change to plan or to write');

/** Answer of `POST /splits/preview`. */
export const splitPreviewResponseSchema = z
  .object({
    plan: weightPlanSchema.describe('The write worked out, and what would take it back'),
    resourceVersion: resourceVersionSchema,
    before: z.string().describe('The object as it is, YAML without `managedFields`'),
    after: z.string().describe('The object as it would be, YAML without `managedFields`'),
    warnings: z.array(splitWarningSchema).describe('What to know before it is written'),
    ...checkedShape,
  })
  .describe('What a weight change would do');

/** What a change would do. */
export type SplitPreviewResponse = DeepReadonly<z.output<typeof splitPreviewResponseSchema>>;

/** Why a change of weights cannot be planned. */
export const SPLIT_PLAN_ERRORS: EndpointErrors = {
  ...UPSTREAM_ERRORS,
  404: 'The cluster does not have the object',
  409: 'The rule is not what was seen; `conflict` tells what is there',
  422: 'The API cannot hold these weights',
};

/** `POST /splits/preview`: plans a change, checks it with a server-side dry-run, writes nothing. */
export const splitPreviewEndpoint = {
  method: 'POST',
  path: '/splits/preview',
  summary: 'What a weight change would write, checked but not written',
  description: 'Reads the object afresh, plans the change, and has the API server try it.',
  errors: SPLIT_PLAN_ERRORS,
  body: splitChangeBodySchema,
  response: splitPreviewResponseSchema,
} as const;

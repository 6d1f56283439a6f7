import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { joinErrors, WRITE_ERRORS } from '@/contract/endpoint-errors';
import { GENERATION, objectRefSchema, resourceVersionSchema } from '@/contract/object-ref';
import { SPLIT_PLAN_ERRORS, splitChangeBodySchema } from '@/contract/split-preview';
import { undoChangeSchema } from '@/contract/split-schemas';
import { writtenAtSchema } from '@/contract/written-at';

/** Answer of `POST /splits/apply`. */
export const splitApplyResponseSchema = z
  .object({
    object: objectRefSchema.describe('The object that was changed'),
    resourceVersion: resourceVersionSchema,
    generation: z.number().nullable().describe(GENERATION),
    undo: undoChangeSchema,
    at: writtenAtSchema,
  })
  .describe('A weight change that was written');

/** An accepted write, and what takes it back. */
export type SplitApplyResponse = DeepReadonly<z.output<typeof splitApplyResponseSchema>>;

/** `POST /splits/apply`: writes a change. */
export const splitApplyEndpoint = {
  method: 'POST',
  path: '/splits/apply',
  summary: 'Writes a weight change, guarded by what the user saw',
  description:
    'Plans anew and writes with a JSON patch that tests what was seen; one line of the audit log for each attempt.',
  errors: joinErrors([
    SPLIT_PLAN_ERRORS,
    WRITE_ERRORS,
    { 422: 'A warning blocks the write, or the API server refuses it' },
  ]),
  body: splitChangeBodySchema,
  response: splitApplyResponseSchema,
} as const;

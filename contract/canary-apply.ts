import { z } from 'zod';
import { CANARY_PLAN_ERRORS } from '@/contract/canary-preview';
import { canaryStartSchema, canaryUndoSchema, seenSchema } from '@/contract/canary-schemas';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { joinErrors, WRITE_ERRORS } from '@/contract/endpoint-errors';
import { objectRefSchema } from '@/contract/object-ref';
import { writtenAtSchema } from '@/contract/written-at';

/** Body of `POST /splits/start/apply`. */
export const canaryApplyBodySchema = z
  .strictObject({ start: canaryStartSchema, seen: seenSchema.min(1).max(200) })
  .describe('Body with the canary to start and what was seen of it');

/** A wanted start with what the user saw of it. */
export type CanaryApplyBody = DeepReadonly<z.output<typeof canaryApplyBodySchema>>;

/** Answer of `POST /splits/start/apply`. */
export const canaryApplyResponseSchema = z
  .object({
    written: z
      .array(objectRefSchema)
      .describe('Objects created or added to, in the order of the writes: the route last'),
    undo: canaryUndoSchema,
    at: writtenAtSchema,
  })
  .describe('A started canary');

/** A started canary, and what takes it back. */
export type CanaryApplyResponse = DeepReadonly<z.output<typeof canaryApplyResponseSchema>>;

/** `POST /splits/start/apply`: starts a canary. */
export const canaryApplyEndpoint = {
  method: 'POST',
  path: '/splits/start/apply',
  summary: 'Starts a canary: creates its subsets or Services and its route',
  description:
    'Makes the writes that were previewed, the route last. When one fails, those before it are taken back.',
  errors: joinErrors([
    CANARY_PLAN_ERRORS,
    WRITE_ERRORS,
    {
      409: 'Other things would be written than were seen, or somebody made or changed an object in the meantime',
      422: 'A warning blocks the start, or the API server refuses a write',
    },
  ]),
  body: canaryApplyBodySchema,
  response: canaryApplyResponseSchema,
} as const;

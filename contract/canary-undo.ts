import { z } from 'zod';
import { canaryUndoSchema } from '@/contract/canary-schemas';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { joinErrors, UPSTREAM_ERRORS, WRITE_ERRORS } from '@/contract/endpoint-errors';
import { objectRefSchema } from '@/contract/object-ref';
import { writtenAtSchema } from '@/contract/written-at';

/** Body of `POST /splits/start/undo`. */
export const canaryUndoBodySchema = z
  .strictObject({ undo: canaryUndoSchema })
  .describe('Body with the start to take back');

/** Answer of `POST /splits/start/undo`. */
export const canaryUndoResponseSchema = z
  .object({
    undone: z
      .array(objectRefSchema)
      .describe('Objects that were deleted or put back; those that were gone already count'),
    at: writtenAtSchema,
  })
  .describe('A canary that was taken back');

/** The objects that were deleted or put back. */
export type CanaryUndoResponse = DeepReadonly<z.output<typeof canaryUndoResponseSchema>>;

/** `POST /splits/start/undo`: takes a started canary back. */
export const canaryUndoEndpoint = {
  method: 'POST',
  path: '/splits/start/undo',
  summary: 'Takes the start of a canary back, unless its objects have changed since',
  description:
    'Checks and tries every step before the first is done. Objects that are gone already count as taken back.',
  errors: joinErrors([
    UPSTREAM_ERRORS,
    WRITE_ERRORS,
    {
      409: 'Somebody, or a change of weights, has touched an object since (`conflict.object` says which)',
      422: 'Fanari did not write the object, or the API server refuses the change',
    },
  ]),
  body: canaryUndoBodySchema,
  response: canaryUndoResponseSchema,
} as const;

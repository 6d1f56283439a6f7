import { z } from 'zod';
import { canaryUndoSchema } from '@/contract/canary-schemas';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { objectRefSchema } from '@/contract/object-ref';

/** Body of `POST /splits/start/undo`. */
export const canaryUndoBodySchema = z.strictObject({ undo: canaryUndoSchema });

/** Answer of `POST /splits/start/undo`. */
export const canaryUndoResponseSchema = z.object({
  undone: z.array(objectRefSchema),
  at: z.number(),
});

/** The objects that were deleted or put back. */
export type CanaryUndoResponse = DeepReadonly<z.output<typeof canaryUndoResponseSchema>>;

/**
 * `POST /splits/start/undo`: takes a started canary back. 409 with `conflict` (its `object` says which) when somebody,
 * or a change of weights, has touched an object since; nothing is then deleted.
 */
export const canaryUndoEndpoint = {
  method: 'POST',
  path: '/splits/start/undo',
  summary: 'Takes the start of a canary back, unless its objects have changed since',
  body: canaryUndoBodySchema,
  response: canaryUndoResponseSchema,
} as const;

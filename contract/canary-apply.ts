import { z } from 'zod';
import { canaryStartSchema, canaryUndoSchema } from '@/contract/canary-schemas';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { objectRefSchema } from '@/contract/object-ref';

/** Body of `POST /splits/start/apply`. `seen` comes from the preview that the user looked at. */
export const canaryApplyBodySchema = z.strictObject({
  start: canaryStartSchema,
  seen: z.string().min(1).max(200),
});

/** A wanted start with what the user saw of it. */
export type CanaryApplyBody = DeepReadonly<z.output<typeof canaryApplyBodySchema>>;

/** Answer of `POST /splits/start/apply`. */
export const canaryApplyResponseSchema = z.object({
  written: z.array(objectRefSchema),
  undo: canaryUndoSchema,
  at: z.number(),
});

/** A started canary: the objects created or added to, the route last, and what takes them back. */
export type CanaryApplyResponse = DeepReadonly<z.output<typeof canaryApplyResponseSchema>>;

/**
 * `POST /splits/start/apply`: writes what was previewed; when a write fails, those before it are taken back. 409 when
 * other things would be written than the user saw, or somebody made one of the objects in the meantime.
 */
export const canaryApplyEndpoint = {
  method: 'POST',
  path: '/splits/start/apply',
  summary: 'Starts a canary: creates its subsets or Services and its route',
  body: canaryApplyBodySchema,
  response: canaryApplyResponseSchema,
} as const;

import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { objectRefSchema } from '@/contract/object-ref';
import { splitChangeBodySchema } from '@/contract/split-preview';
import { weightChangeSchema } from '@/contract/split-schemas';

/** Answer of `POST /splits/apply`. */
export const splitApplyResponseSchema = z.object({
  object: objectRefSchema,
  resourceVersion: z.string(),
  generation: z.number().nullable(),
  undo: weightChangeSchema,
  at: z.number(),
});

/**
 * An accepted write: the object's new version, and the change that takes it back under the same guards. `generation` is
 * `metadata.generation` after it, which every change of the spec raises by one; `null` for objects without one.
 */
export type SplitApplyResponse = DeepReadonly<z.output<typeof splitApplyResponseSchema>>;

/** `POST /splits/apply`: writes a change. 409 with `conflict` when the rule is no longer what was seen. */
export const splitApplyEndpoint = {
  method: 'POST',
  path: '/splits/apply',
  summary: 'Writes a weight change, guarded by what the user saw',
  body: splitChangeBodySchema,
  response: splitApplyResponseSchema,
} as const;

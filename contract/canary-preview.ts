import { z } from 'zod';
import { canaryStartSchema, canaryWarningSchema } from '@/contract/canary-schemas';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { objectRefSchema } from '@/contract/object-ref';

/** Body of `POST /splits/start/preview`. */
export const canaryPreviewBodySchema = z.strictObject({ start: canaryStartSchema });

/** Answer of `POST /splits/start/preview`. */
export const canaryPreviewResponseSchema = z.object({
  seen: z.string(),
  steps: z.array(
    z.object({
      action: z.enum(['create', 'add-subsets']),
      object: objectRefSchema,
      before: z.string().nullable(),
      after: z.string(),
      dryRun: z.object({ ok: z.boolean(), message: z.string().nullable() }),
      permitted: z.boolean().nullable(),
    }),
  ),
  warnings: z.array(canaryWarningSchema),
});

/**
 * What starting a canary would write, in the order of the writes. `before` and `after` are YAML; `before` is `null`
 * where the object is created. `seen` stands for exactly these writes and is handed back to apply them. `dryRun` and
 * `permitted` as in the preview of a weight change.
 */
export type CanaryPreviewResponse = DeepReadonly<z.output<typeof canaryPreviewResponseSchema>>;

/** `POST /splits/start/preview`: plans the start of a canary, checks it with server-side dry-runs, writes nothing. */
export const canaryPreviewEndpoint = {
  method: 'POST',
  path: '/splits/start/preview',
  summary: 'What starting a canary would write, checked but not written',
  body: canaryPreviewBodySchema,
  response: canaryPreviewResponseSchema,
} as const;

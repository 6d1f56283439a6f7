import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { splitWarningSchema, weightChangeSchema, weightPlanSchema } from '@/contract/split-schemas';

/** Body of `POST /splits/preview` and `POST /splits/apply`. */
export const splitChangeBodySchema = z.strictObject({ change: weightChangeSchema });

/** Answer of `POST /splits/preview`. `before` and `after` are the object as YAML, without `managedFields`. */
export const splitPreviewResponseSchema = z.object({
  plan: weightPlanSchema,
  resourceVersion: z.string(),
  before: z.string(),
  after: z.string(),
  warnings: z.array(splitWarningSchema),
  dryRun: z.object({ ok: z.boolean(), message: z.string().nullable() }),
  permitted: z.boolean().nullable(),
});

/**
 * What a change would do. `dryRun.message` is the API server's own words when it refused, else `null`. `permitted` is
 * `null` when the API server did not say whether Fanari may write; `false` also when Fanari is read-only.
 */
export type SplitPreviewResponse = DeepReadonly<z.output<typeof splitPreviewResponseSchema>>;

/** `POST /splits/preview`: plans a change, checks it with a server-side dry-run, writes nothing. */
export const splitPreviewEndpoint = {
  method: 'POST',
  path: '/splits/preview',
  summary: 'What a weight change would write, checked but not written',
  body: splitChangeBodySchema,
  response: splitPreviewResponseSchema,
} as const;

import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { sourceNameSchema } from '@/contract/gap';
import { objectRefSchema } from '@/contract/object-ref';
import { writtenWeightSchema } from '@/contract/split-schemas';

/** What stands in the object now, in a 409. */
export const writeConflictSchema = z.object({
  resourceVersion: z.string(),
  current: z.array(writtenWeightSchema),
  changedBy: z.string().nullable(),
  changedAtMs: z.number().nullable(),
  object: objectRefSchema.optional(),
});

/**
 * Why a write was refused: the rule's destinations as they are now (empty when the rule is gone), and the field manager
 * of the latest change with its time; `null` when the object does not tell. `object` is there where a request is about
 * several objects.
 */
export type WriteConflict = DeepReadonly<z.output<typeof writeConflictSchema>>;

/** Schema of a problem document (RFC 9457). */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  source: sourceNameSchema.optional(),
  conflict: writeConflictSchema.optional(),
});

/** A failed answer. `type` is `about:blank` or `urn:fanari:problem:…`; `source` names the upstream at fault. */
export type Problem = DeepReadonly<z.output<typeof problemSchema>>;

/** Media type of problem documents. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { sourceNameSchema } from '@/contract/gap';
import { objectRefSchema, resourceVersionSchema } from '@/contract/object-ref';
import { writtenWeightSchema } from '@/contract/split-schemas';

/** What stands in the object now, in a 409. */
export const writeConflictSchema = z.object({
  resourceVersion: resourceVersionSchema,
  generation: z
    .number()
    .int()
    .nullable()
    .describe(
      '`metadata.generation` of the object now, which every change of the spec raises by one; `null` for objects without one',
    ),
  current: z
    .array(writtenWeightSchema)
    .describe('The rule’s destinations as they are now; empty when the rule is gone'),
  isAsWanted: z
    .boolean()
    .describe(
      '`true`: the rule that was seen already has the weights wanted; nothing is left to do',
    ),
  changedBy: z
    .string()
    .nullable()
    .describe('Field manager of the latest change; `null` when the object does not tell'),
  changedAtMs: z
    .number()
    .nullable()
    .describe('When that was, epoch milliseconds; `null` when the object does not tell'),
  object: objectRefSchema
    .optional()
    .describe('Which object has changed, where a request is about several'),
});

/** Why a write was refused. */
export type WriteConflict = DeepReadonly<z.output<typeof writeConflictSchema>>;

/** Schema of a problem document (RFC 9457). */
export const problemSchema = z
  .object({
    type: z
      .string()
      .describe(
        'What went wrong, as `urn:fanari:problem:…` (e.g. `write-conflict`) or `about:blank`',
      ),
    title: z.string().describe('What went wrong, in a few words that are the same each time'),
    status: z.number().int().describe('HTTP status code of the answer'),
    detail: z.string().describe('What went wrong this time, for people'),
    source: sourceNameSchema.optional().describe('Upstream at fault; absent when none is'),
    conflict: writeConflictSchema
      .optional()
      .describe('What stands in the object now, in a 409 about an object that has changed'),
  })
  .describe('Why a request failed (RFC 9457)');

/** A failed answer. */
export type Problem = DeepReadonly<z.output<typeof problemSchema>>;

/** Media type of problem documents. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

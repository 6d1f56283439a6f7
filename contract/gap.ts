import { z } from 'zod';

/** Schema of `SourceName`. */
export const sourceNameSchema = z.enum(['kubernetes', 'prometheus', 'jaeger']);

/** Schema of `SourceErrorKind`. */
export const sourceErrorKindSchema = z.enum([
  'unreachable',
  'timeout',
  'unauthorized',
  'forbidden',
  'not-found',
  'bad-query',
  'bad-response',
  'overloaded',
  'aborted',
  'not-configured',
]);

/** Schema of `SourceGap`. */
export const sourceGapSchema = z.object({
  source: sourceNameSchema,
  kind: sourceErrorKindSchema,
  what: z.string(),
  message: z.string(),
  sinceMs: z.number(),
});

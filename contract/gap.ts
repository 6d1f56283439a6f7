import { z } from 'zod';
import { clusterSchema } from '@/contract/object-ref';

/** Schema of `SourceName`. */
export const sourceNameSchema = z
  .enum(['kubernetes', 'prometheus', 'jaeger'])
  .describe('Upstream that Fanari reads');

/** Schema of `SourceErrorKind`. */
export const sourceErrorKindSchema = z
  .enum([
    'unreachable',
    'timeout',
    'unauthorized',
    'forbidden',
    'not-found',
    'bad-query',
    'bad-response',
    'overloaded',
    'read-only',
    'aborted',
    'not-configured',
  ])
  .describe('Why the upstream gave no usable answer');

/** Schema of `SourceGap`. */
export const sourceGapSchema = z
  .object({
    source: sourceNameSchema,
    cluster: clusterSchema('Cluster that it is missing from'),
    kind: sourceErrorKindSchema,
    what: z.string().describe('What is missing, e.g. `request rates` or `VirtualService`'),
    message: z.string().describe('One sentence for people'),
    sinceMs: z
      .number()
      .nullable()
      .describe(
        'Since when it is missing, epoch milliseconds; `null`: the upstream is not configured',
      ),
  })
  .describe('A part of an answer that is missing, with the reason');

/** Schema of what is missing from an answer. */
export const gapsSchema = z
  .array(sourceGapSchema)
  .describe('What is missing from this answer and why; empty when it is complete');

import { z } from 'zod';
import { traceSummarySchema } from '@/contract/traces';

/** Path parameter of `GET /traces/{traceId}`: hexadecimal, 64 or 128 bits. */
export const traceIdSchema = z.string().regex(/^[0-9a-fA-F]{1,32}$/, 'must be hexadecimal');

/** Schema of `TraceSpan`. */
export const traceSpanSchema = z.object({
  spanId: z.string(),
  parentId: z.string().nullable(),
  service: z.string(),
  operation: z.string(),
  offsetMs: z.number(),
  durationMs: z.number(),
  isError: z.boolean(),
  depth: z.number().int(),
  tags: z.record(z.string(), z.string()),
});

/** Schema of `Trace`. */
export const traceSchema = traceSummarySchema.extend({ spans: z.array(traceSpanSchema) });

/** `GET /traces/{traceId}`: one whole trace; the answer is a `Trace`. */
export const traceEndpoint = {
  method: 'GET',
  path: '/traces/{traceId}',
  summary: 'One trace with its spans',
  query: z.object({}),
  parameters: { traceId: traceIdSchema },
  response: traceSchema,
} as const;

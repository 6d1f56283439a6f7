import { z } from 'zod';
import { UPSTREAM_ERRORS } from '@/contract/endpoint-errors';
import { traceSummarySchema } from '@/contract/traces';

/** Path parameter of `GET /traces/{traceId}`. */
export const traceIdSchema = z
  .string()
  .regex(/^[0-9a-fA-F]{1,32}$/, 'must be hexadecimal')
  .describe('Id of the trace, up to 32 hexadecimal digits (128 bits)');

/** Schema of `TraceSpan`. */
export const traceSpanSchema = z.object({
  spanId: z.string().describe('Id of the span, hexadecimal'),
  parentId: z
    .string()
    .nullable()
    .describe(
      'Id of the span that called; `null` for a root, or when the parent was not collected',
    ),
  service: z.string().describe('Service as it reported itself'),
  operation: z.string().describe('What was done, as the service named it'),
  offsetMs: z.number().describe('Beginning after that of the trace, milliseconds'),
  durationMs: z.number().describe('How long it took, milliseconds'),
  isError: z
    .boolean()
    .describe('Whether it failed: error tag, HTTP 5xx, or a gRPC status other than 0'),
  depth: z.number().int().describe('Number of spans above it; 0 for a root'),
  tags: z.record(z.string(), z.string()).describe('Tags of the span by name, values as text'),
});

/** Schema of `Trace`. */
export const traceSchema = traceSummarySchema
  .extend({
    spans: z.array(traceSpanSchema).describe('All spans, depth first and then by beginning'),
  })
  .describe('One whole trace');

/** `GET /traces/{traceId}`: one whole trace; the answer is a `Trace`. */
export const traceEndpoint = {
  method: 'GET',
  path: '/traces/{traceId}',
  summary: 'One trace with its spans',
  description: 'Asks the tracing backend (Jaeger or Tempo) each time.',
  errors: { ...UPSTREAM_ERRORS, 404: 'The tracing backend does not have this trace' },
  query: z.object({}),
  parameters: { traceId: traceIdSchema },
  response: traceSchema,
} as const;

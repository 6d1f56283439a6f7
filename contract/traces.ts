import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { gapsSchema } from '@/contract/gap';
import { graphElementShape, NO_SUCH_ELEMENT, toGraphElement } from '@/contract/series';
import { windowParameter } from '@/contract/window';

/** Schema of `TraceSummary`. */
export const traceSummarySchema = z
  .object({
    traceId: z.string().describe('Id of the trace, hexadecimal'),
    rootName: z.string().describe('Operation of the root: the earliest span without a parent'),
    rootService: z.string().describe('Service of the root'),
    startMs: z.number().describe('When its first span began, epoch milliseconds'),
    durationMs: z.number().describe('From the first beginning to the last end, milliseconds'),
    spanCount: z
      .number()
      .int()
      .nullable()
      .describe('Number of spans; `null` where the backend does not count them in a list'),
    errorCount: z
      .number()
      .int()
      .nullable()
      .describe(
        'Number of spans that failed; where the backend does not count them in a list, those found to have failed, or `null`',
      ),
    services: z
      .array(z.string())
      .describe('Services that it is known to have passed through, by name'),
  })
  .describe('One trace in a list');

/** Query of `GET /traces`. */
export const tracesQuerySchema = z
  .object({
    ...graphElementShape,
    window: windowParameter,
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(100)
      .default(20)
      .describe('Number of traces at most, 1 to 100; 20 when absent'),
  })
  .transform(({ node, edge, view, window, limit }, context) => {
    const element = toGraphElement({ node, edge });
    if (element !== null) return { element, view, windowSeconds: window, limit };
    context.addIssue({ code: 'custom', message: 'give exactly one of node and edge' });
    return z.NEVER;
  });

/** The element, how far back to look in seconds, and how many traces at most. */
export type TracesQuery = DeepReadonly<z.output<typeof tracesQuerySchema>>;

/** Answer of `GET /traces`. */
export const tracesResponseSchema = z
  .object({
    traces: z
      .array(traceSummarySchema)
      .describe('Traces of the window: those with errors first, then the newest'),
    gaps: gapsSchema,
  })
  .describe('Recent traces through a node or edge');

/** Recent traces through a node or edge. */
export type TracesResponse = DeepReadonly<z.output<typeof tracesResponseSchema>>;

/** `GET /traces`: recent traces through one node or edge. */
export const tracesEndpoint = {
  method: 'GET',
  path: '/traces',
  summary: 'Recent traces through one node or edge, errors first',
  description:
    'Looks for the names by which tracing may know the service. Without a tracing backend the list is empty and `gaps` says why.',
  errors: { 404: NO_SUCH_ELEMENT },
  query: tracesQuerySchema,
  response: tracesResponseSchema,
} as const;

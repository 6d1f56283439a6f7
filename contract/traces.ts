import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { sourceGapSchema } from '@/contract/gap';
import { graphElementShape, toGraphElement } from '@/contract/series';
import { windowParameter } from '@/contract/window';

/** Schema of `TraceSummary`. */
export const traceSummarySchema = z.object({
  traceId: z.string(),
  rootName: z.string(),
  rootService: z.string(),
  startMs: z.number(),
  durationMs: z.number(),
  spanCount: z.number().int(),
  errorCount: z.number().int(),
  services: z.array(z.string()),
});

/** Query of `GET /traces`. */
export const tracesQuerySchema = z
  .object({
    ...graphElementShape,
    window: windowParameter,
    limit: z.coerce.number().int().min(1).max(100).default(20),
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
export const tracesResponseSchema = z.object({
  traces: z.array(traceSummarySchema),
  gaps: z.array(sourceGapSchema),
});

/** Recent traces through a node or edge: those with errors first, then the newest. */
export type TracesResponse = DeepReadonly<z.output<typeof tracesResponseSchema>>;

/** `GET /traces`: recent traces through one node or edge. */
export const tracesEndpoint = {
  method: 'GET',
  path: '/traces',
  summary: 'Recent traces through one node or edge, errors first',
  query: tracesQuerySchema,
  response: tracesResponseSchema,
} as const;

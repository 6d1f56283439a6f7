import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { graphViewSchema } from '@/contract/graph-schemas';
import { windowParameter } from '@/contract/window';

const graphId = z.string().min(1).max(2000);

/** Parameters that name one node or one edge of the graph of a view. */
export const graphElementShape = {
  node: graphId.optional(),
  edge: graphId.optional(),
  view: graphViewSchema.default('workload'),
} as const;

interface ElementParameters {
  readonly node?: string | undefined;
  readonly edge?: string | undefined;
}

/** One node or edge, by its id in the graph. */
export interface GraphElement {
  readonly kind: 'node' | 'edge';
  readonly id: string;
}

/** The element that parameters name; `null` unless exactly one of `node` and `edge` is there. */
export function toGraphElement({ node, edge }: ElementParameters): GraphElement | null {
  if (node !== undefined && edge === undefined) return { kind: 'node', id: node };
  if (edge !== undefined && node === undefined) return { kind: 'edge', id: edge };
  return null;
}

/** Query of `GET /series`. */
export const seriesQuerySchema = z
  .object({ ...graphElementShape, window: windowParameter })
  .transform(({ node, edge, view, window }, context) => {
    const element = toGraphElement({ node, edge });
    if (element !== null) return { element, view, windowSeconds: window };
    context.addIssue({ code: 'custom', message: 'give exactly one of node and edge' });
    return z.NEVER;
  });

/** The element and the range shown, in seconds. */
export type SeriesQuery = DeepReadonly<z.output<typeof seriesQuerySchema>>;

const values = z.array(z.number().nullable());

/** Answer of `GET /series`. */
export const seriesResponseSchema = z.object({
  stepSeconds: z.number(),
  at: z.array(z.number()),
  rps: values,
  errorRatio: values,
  latencyMsP95: values,
  tcpBytesPerSecond: values,
});

/**
 * Traffic over time. All lists are as long as `at` (epoch milliseconds); `null` where nothing was measured.
 * `tcpBytesPerSecond` is both directions together.
 */
export type SeriesResponse = DeepReadonly<z.output<typeof seriesResponseSchema>>;

/** `GET /series`: traffic of one node (inbound; outbound where nothing comes in) or edge over time. */
export const seriesEndpoint = {
  method: 'GET',
  path: '/series',
  summary: 'Traffic of one node or edge over time',
  query: seriesQuerySchema,
  response: seriesResponseSchema,
} as const;

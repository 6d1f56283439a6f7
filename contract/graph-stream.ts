import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { sourceGapSchema } from '@/contract/gap';
import { graphQuerySchema } from '@/contract/graph';
import { graphEdgeSchema, graphNodeSchema, graphSchema } from '@/contract/graph-schemas';

/** What changed since the event before: changed and new nodes and edges whole, removed ones by id; `gaps` whole. */
export const graphDeltaSchema = z.object({
  at: z.number(),
  windowSeconds: z.number(),
  gaps: z.array(sourceGapSchema),
  nodes: z.array(graphNodeSchema),
  edges: z.array(graphEdgeSchema),
  removedNodes: z.array(z.string()),
  removedEdges: z.array(z.string()),
});

/** Data of a `delta` event of the graph stream. Applied with `applyDelta`. */
export type GraphDelta = DeepReadonly<z.output<typeof graphDeltaSchema>>;

/** Data by event name of the graph stream. */
export const graphStreamEvents = { graph: graphSchema, delta: graphDeltaSchema } as const;

/**
 * `GET /graph/stream`: server-sent events `graph`, then `delta`. Each has an id; a client that comes back with
 * `Last-Event-ID` gets only the deltas that it missed where the server still has them, else a whole `graph`.
 */
export const graphStreamEndpoint = {
  method: 'GET',
  path: '/graph/stream',
  summary: 'The service graph, pushed as it changes (server-sent events)',
  query: graphQuerySchema,
  events: graphStreamEvents,
} as const;

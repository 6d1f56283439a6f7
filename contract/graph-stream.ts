import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { sourceGapSchema } from '@/contract/gap';
import { graphQueryShape } from '@/contract/graph';
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

/** Data of an `alive` event, which only says that events still get through. */
export const streamAliveSchema = z.strictObject({});

/** Data by event name of the graph stream. */
export const graphStreamEvents = {
  graph: graphSchema,
  delta: graphDeltaSchema,
  alive: streamAliveSchema,
} as const;

/** Query of `GET /graph/stream`. */
export const graphStreamQuerySchema = z
  .object({
    ...graphQueryShape,
    lastEventId: z
      .string()
      .max(200)
      .optional()
      .describe(
        'Id of the last event received; like the header Last-Event-ID, which wins, and which a browser cannot set',
      ),
  })
  .transform(({ window, lastEventId, ...rest }) => ({
    lastEventId: lastEventId ?? null,
    graph: { windowSeconds: window, ...rest },
  }));

/** Which graph is wanted, and after which event; `null`: from the beginning. */
export type GraphStreamQuery = DeepReadonly<z.output<typeof graphStreamQuerySchema>>;

/**
 * `GET /graph/stream`: server-sent events `graph`, then `delta`. Each has an id; a client that comes back with the last
 * one gets only the deltas that it missed where the server still has them, else a whole `graph`. `alive` follows what is
 * sent at first, and comes every 15 s: a client that does not hear it sits behind something that holds events back.
 */
export const graphStreamEndpoint = {
  method: 'GET',
  path: '/graph/stream',
  summary: 'The service graph, pushed as it changes (server-sent events)',
  query: graphStreamQuerySchema,
  events: graphStreamEvents,
} as const;

import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { graphQueryShape } from '@/contract/graph';
import { readingShape } from '@/contract/reading-shape';
import { graphEdgeSchema, graphNodeSchema, graphSchema } from '@/contract/graph-schemas';

/** Schema of the data of a `delta` event. */
export const graphDeltaSchema = z
  .object({
    ...readingShape,
    nodes: z.array(graphNodeSchema).describe('Changed and new nodes, whole'),
    edges: z.array(graphEdgeSchema).describe('Changed and new edges, whole'),
    removedNodes: z.array(z.string()).describe('Ids of nodes that are gone'),
    removedEdges: z.array(z.string()).describe('Ids of edges that are gone'),
  })
  .describe('What has changed since the event before');

/** Data of a `delta` event of the graph stream. Applied with `applyDelta`. */
export type GraphDelta = DeepReadonly<z.output<typeof graphDeltaSchema>>;

/** Schema of the data of an `alive` event. */
export const streamAliveSchema = z
  .strictObject({})
  .describe('Says only that events still get through');

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
        'Id of the last event received, to go on after it; absent: from the beginning. Like the header Last-Event-ID, which wins, and which a browser cannot set',
      ),
  })
  .transform(({ window, lastEventId, ...rest }) => ({
    lastEventId: lastEventId ?? null,
    graph: { windowSeconds: window, ...rest },
  }));

/** Which graph is wanted, and after which event; `null`: from the beginning. */
export type GraphStreamQuery = DeepReadonly<z.output<typeof graphStreamQuerySchema>>;

/** `GET /graph/stream`: server-sent events. */
export const graphStreamEndpoint = {
  method: 'GET',
  path: '/graph/stream',
  summary: 'The service graph, pushed as it changes (server-sent events)',
  description:
    '`graph` comes first, then `delta` after each refresh and each change in the cluster; each has an id. Whoever comes back with the last id gets only the deltas missed where the server still has them, else a whole `graph`. `alive` follows what is sent at first and comes every 15 seconds: a client that does not hear it sits behind something that holds events back.',
  errors: {
    503: 'Too many streams are open, or too much is looked at already; `Retry-After` says when to come back, and `GET /graph` still answers',
  },
  query: graphStreamQuerySchema,
  events: graphStreamEvents,
} as const;

import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { graphSchema, graphViewSchema } from '@/contract/graph-schemas';
import { namespacesParameter } from '@/contract/namespaces-parameter';
import { windowParameter } from '@/contract/window';

/** Query of `GET /graph` and `GET /graph/stream`. */
export const graphQuerySchema = z
  .object({
    window: windowParameter,
    namespaces: namespacesParameter,
    view: graphViewSchema.default('workload'),
  })
  .transform(({ window, ...rest }) => ({ windowSeconds: window, ...rest }));

/** Which graph is wanted: rates over `windowSeconds`; empty `namespaces` means all. */
export type GraphQuery = DeepReadonly<z.output<typeof graphQuerySchema>>;

/** `GET /graph`: the service graph of one window; the answer is a `Graph`. */
export const graphEndpoint = {
  method: 'GET',
  path: '/graph',
  summary: 'The service graph with traffic, health and mTLS',
  query: graphQuerySchema,
  response: graphSchema,
} as const;

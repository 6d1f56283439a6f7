import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { graphSchema, graphViewSchema } from '@/contract/graph-schemas';
import { namespacesParameter } from '@/contract/namespaces-parameter';
import { windowParameter } from '@/contract/window';

/** Parameters of `GET /graph`, and with one more of `GET /graph/stream`. */
export const graphQueryShape = {
  window: windowParameter,
  namespaces: namespacesParameter,
  view: graphViewSchema.default('workload'),
} as const;

/** Query of `GET /graph`. */
export const graphQuerySchema = z
  .object(graphQueryShape)
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

import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { graphSchema } from '@/contract/graph-schemas';
import { namespacesParameter } from '@/contract/namespaces-parameter';
import { viewParameter } from '@/contract/view-parameter';
import { windowParameter } from '@/contract/window';

/** Parameters of `GET /graph`, and with one more of `GET /graph/stream`. */
export const graphQueryShape = {
  window: windowParameter,
  namespaces: namespacesParameter,
  view: viewParameter,
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
  description:
    'Every figure is a rate over the window. In the views `workload` and `versioned-app` a service node puts two edges on one path: caller to service, service to version.',
  errors: {},
  query: graphQuerySchema,
  response: graphSchema,
} as const;

import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { namespacesParameter } from '@/contract/namespaces-parameter';
import { readingShape } from '@/contract/reading-shape';
import { trafficSplitSchema } from '@/contract/split-schemas';
import { windowParameter } from '@/contract/window';

/** Query of endpoints that answer for a window and some namespaces. */
export const windowAndNamespacesQuerySchema = z
  .object({ window: windowParameter, namespaces: namespacesParameter })
  .transform(({ window, namespaces }) => ({ windowSeconds: window, namespaces }));

/** A window and the namespaces wanted; empty means all. */
export type WindowAndNamespacesQuery = DeepReadonly<
  z.output<typeof windowAndNamespacesQuerySchema>
>;

/** Answer of `GET /splits`. */
export const splitsResponseSchema = z
  .object({
    ...readingShape,
    splits: z
      .array(trafficSplitSchema)
      .describe('Rules whose object or whose destinations are in the namespaces asked for'),
  })
  .describe('Traffic splits, with configured and observed shares');

/** Every split in the namespaces asked for, with configured and observed shares. */
export type SplitsResponse = DeepReadonly<z.output<typeof splitsResponseSchema>>;

/** `GET /splits`: traffic splits of VirtualServices and Gateway API routes. */
export const splitsEndpoint = {
  method: 'GET',
  path: '/splits',
  summary: 'Traffic splits: configured weights beside observed shares',
  description:
    'Rules of VirtualServices and of Gateway API routes. Observed shares are of requests (TCP: connections) that clients reported.',
  errors: {},
  query: windowAndNamespacesQuerySchema,
  response: splitsResponseSchema,
} as const;

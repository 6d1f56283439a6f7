import { z } from 'zod';
import { canaryCandidateSchema } from '@/contract/canary-schemas';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { gapsSchema } from '@/contract/gap';
import { namespacesParameter } from '@/contract/namespaces-parameter';

/** Query of `GET /splits/candidates`. */
export const canaryCandidatesQuerySchema = z.object({ namespaces: namespacesParameter });

/** Namespaces wanted; empty means all. */
export type CanaryCandidatesQuery = DeepReadonly<z.output<typeof canaryCandidatesQuerySchema>>;

/** Answer of `GET /splits/candidates`. */
export const canaryCandidatesResponseSchema = z
  .object({
    candidates: z
      .array(canaryCandidateSchema)
      .describe('Services of the namespaces asked for where a canary can be started'),
    at: z.number().describe('When the picture of the cluster was made, epoch milliseconds'),
    gaps: gapsSchema,
  })
  .describe('Services with several versions and no route');

/** Services with several versions and no route, in the namespaces asked for. */
export type CanaryCandidatesResponse = DeepReadonly<
  z.output<typeof canaryCandidatesResponseSchema>
>;

/** `GET /splits/candidates`: services where a canary can be started. */
export const canaryCandidatesEndpoint = {
  method: 'GET',
  path: '/splits/candidates',
  summary: 'Services with several versions and no route, where a canary can be started',
  description: 'A service is no candidate once a route of the mesh claims its host.',
  errors: {},
  query: canaryCandidatesQuerySchema,
  response: canaryCandidatesResponseSchema,
} as const;

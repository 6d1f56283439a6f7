import { z } from 'zod';
import { canaryCandidateSchema } from '@/contract/canary-schemas';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { sourceGapSchema } from '@/contract/gap';
import { namespacesParameter } from '@/contract/namespaces-parameter';

/** Query of `GET /splits/candidates`. */
export const canaryCandidatesQuerySchema = z.object({ namespaces: namespacesParameter });

/** Namespaces wanted; empty means all. */
export type CanaryCandidatesQuery = DeepReadonly<z.output<typeof canaryCandidatesQuerySchema>>;

/** Answer of `GET /splits/candidates`. */
export const canaryCandidatesResponseSchema = z.object({
  candidates: z.array(canaryCandidateSchema),
  at: z.number(),
  gaps: z.array(sourceGapSchema),
});

/** Services with several versions and no route, in the namespaces asked for. */
export type CanaryCandidatesResponse = DeepReadonly<
  z.output<typeof canaryCandidatesResponseSchema>
>;

/** `GET /splits/candidates`: services where a canary can be started. */
export const canaryCandidatesEndpoint = {
  method: 'GET',
  path: '/splits/candidates',
  summary: 'Services with several versions and no route, where a canary can be started',
  query: canaryCandidatesQuerySchema,
  response: canaryCandidatesResponseSchema,
} as const;

import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { sourceGapSchema } from '@/contract/gap';
import { mtlsReportSchema } from '@/contract/mtls-schemas';
import { windowAndNamespacesQuerySchema } from '@/contract/splits';

/** Answer of `GET /mtls`. */
export const mtlsResponseSchema = mtlsReportSchema.extend({
  at: z.number(),
  windowSeconds: z.number(),
  gaps: z.array(sourceGapSchema),
});

/** What is encrypted: mesh, namespaces, namespace-to-namespace cells, edges, findings. */
export type MtlsResponse = DeepReadonly<z.output<typeof mtlsResponseSchema>>;

/** `GET /mtls`: configured and observed mTLS of the whole mesh or of some namespaces. */
export const mtlsEndpoint = {
  method: 'GET',
  path: '/mtls',
  summary: 'What is encrypted, configured beside observed',
  query: windowAndNamespacesQuerySchema,
  response: mtlsResponseSchema,
} as const;

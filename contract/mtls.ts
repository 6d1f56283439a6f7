import type { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { mtlsReportSchema } from '@/contract/mtls-schemas';
import { readingShape } from '@/contract/reading-shape';
import { windowAndNamespacesQuerySchema } from '@/contract/splits';

/** Answer of `GET /mtls`. */
export const mtlsResponseSchema = mtlsReportSchema
  .extend(readingShape)
  .describe('What is encrypted: mesh, namespaces, pairs of namespaces, edges, and findings');

/** What is encrypted. */
export type MtlsResponse = DeepReadonly<z.output<typeof mtlsResponseSchema>>;

/** `GET /mtls`: configured and observed mTLS of the whole mesh or of some namespaces. */
export const mtlsEndpoint = {
  method: 'GET',
  path: '/mtls',
  summary: 'What is encrypted, configured beside observed',
  description: 'Verdicts are of the edges between workloads; docs/mtls.md says how they are made.',
  errors: {},
  query: windowAndNamespacesQuerySchema,
  response: mtlsResponseSchema,
} as const;

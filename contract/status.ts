import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { sourceNameSchema } from '@/contract/gap';

/** Answer of `GET /status`. */
export const statusResponseSchema = z.object({
  version: z.string(),
  demo: z.boolean(),
  readOnly: z.boolean(),
  cluster: z.object({
    name: z.string(),
    kubernetesVersion: z.string().nullable(),
    istioVersion: z.string().nullable(),
  }),
  sources: z.array(
    z.object({
      source: sourceNameSchema,
      state: z.enum(['ok', 'syncing', 'failing', 'not-configured']),
      message: z.string().nullable(),
      sinceMs: z.number().nullable(),
    }),
  ),
  windows: z.array(z.object({ label: z.string(), seconds: z.number().int() })),
  scrapeIntervalSeconds: z.number().nullable(),
  retentionSeconds: z.number().nullable(),
  refreshSeconds: z.number(),
  namespaces: z.array(
    z.object({
      name: z.string(),
      labels: z.record(z.string(), z.string()),
      injected: z.boolean(),
      workloads: z.number().int(),
      services: z.number().int(),
    }),
  ),
  permissions: z.array(
    z.object({
      group: z.string(),
      kind: z.string(),
      verb: z.enum(['create', 'patch', 'delete']),
      allowed: z.boolean().nullable(),
    }),
  ),
});

/**
 * What the UI needs before it draws. `windows` are those that the metrics store can answer (at least twice the scrape
 * interval, at most the retention); `label` is ready for the `window` parameter. `permissions` say what
 * Fanari may do to the kinds that it writes, of those that the cluster serves: `true` everywhere, `false` in none of the
 * namespaces where it would, `null`: not known, or it differs.
 */
export type StatusResponse = DeepReadonly<z.output<typeof statusResponseSchema>>;

/** `GET /status`: versions, sources, settings and namespaces. */
export const statusEndpoint = {
  method: 'GET',
  path: '/status',
  summary: 'Versions, state of the sources, settings and namespaces',
  query: z.object({}),
  response: statusResponseSchema,
} as const;

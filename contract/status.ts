import { z } from 'zod';
import type { DeepReadonly } from '@/contract/deep-readonly';
import { sourceNameSchema } from '@/contract/gap';
import { clusterSchema } from '@/contract/object-ref';

const sourceStateSchema = z.object({
  source: sourceNameSchema,
  cluster: clusterSchema('Cluster that this is the API server of'),
  state: z
    .enum(['ok', 'syncing', 'failing', 'not-configured'])
    .describe('Whether it answers; `syncing`: the first picture is not complete yet'),
  product: z
    .string()
    .optional()
    .describe(
      'Which product answers, with its API, e.g. `Grafana Tempo`; absent until asking told it, and where nothing is asked',
    ),
  message: z.string().nullable().describe('What is wrong, in a sentence; `null` when nothing is'),
  sinceMs: z
    .number()
    .nullable()
    .describe(
      'When that state began, epoch milliseconds; `null` before the first contact and when not configured',
    ),
});

const namespaceSchema = z.object({
  name: z.string().describe('Name of the namespace'),
  labels: z
    .record(z.string(), z.string())
    .nullable()
    .describe('Its labels by name; `null` where Fanari may not read them'),
  injected: z
    .boolean()
    .nullable()
    .describe(
      'Whether its labels put pods into the mesh (sidecar or ambient); `null` where Fanari may not read them',
    ),
  workloads: z.number().int().describe('Number of its workloads'),
  services: z.number().int().describe('Number of its Services'),
});

const clusterStateSchema = z.object({
  name: z
    .string()
    .describe('What metrics call it; the name of its context where that is not known'),
  isNamedAsInMetrics: z
    .boolean()
    .describe('`false`: metrics cannot be matched with it, so that its workloads carry no figures'),
  context: z.string().describe('Its context in the kubeconfig, or the name of its file'),
  primary: z
    .string()
    .nullable()
    .describe(
      'Cluster whose istiod configures its proxies, its own for a primary; `null` when that cannot be told',
    ),
  readAtMs: z
    .number()
    .nullable()
    .describe(
      'When its picture changed last, epoch milliseconds; `null` while it has never been read',
    ),
  kubernetesVersion: z
    .string()
    .nullable()
    .describe('Version of its API server; `null` until known'),
  istioVersion: z.string().nullable().describe('Version of its istiod; `null` when not found'),
});

const permissionSchema = z.object({
  cluster: clusterSchema('Cluster that this is about'),
  group: z.string().describe('API group of the kind; empty for core'),
  kind: z.string().describe('Kind that Fanari writes, e.g. `VirtualService`'),
  verb: z.enum(['create', 'patch', 'delete']).describe('What Fanari does to it'),
  allowed: z
    .boolean()
    .nullable()
    .describe(
      '`true`: in every namespace; `false`: in none where it would; `null`: not known, or it differs',
    ),
});

/** Answer of `GET /status`. */
export const statusResponseSchema = z
  .object({
    version: z.string().describe('Version of Fanari'),
    demo: z.boolean().describe('Whether it shows the embedded mesh'),
    readOnly: z.boolean().describe('`true`: every write is refused by the settings'),
    cluster: z
      .object({
        name: z.string().describe('Name of the cluster'),
        kubernetesVersion: z
          .string()
          .nullable()
          .describe('Version of the API server; `null` until known'),
        istioVersion: z.string().nullable().describe('Version of istiod; `null` when not found'),
      })
      .describe('The cluster that is watched; of several the first'),
    clusters: z
      .array(clusterStateSchema)
      .exactOptional()
      .describe('Every cluster that is watched; absent where it is one'),
    sources: z.array(sourceStateSchema).describe('State of every upstream'),
    windows: z
      .array(
        z.object({
          label: z.string().describe('The window as the parameter `window` takes it, e.g. `5m`'),
          seconds: z.number().int().describe('Length of the window, seconds'),
        }),
      )
      .describe(
        'Windows on offer that the metrics store can answer: at least twice the scrape interval, at most the retention',
      ),
    scrapeIntervalSeconds: z
      .number()
      .nullable()
      .describe('Longest scrape interval of Prometheus, seconds; `null` when it does not tell'),
    retentionSeconds: z
      .number()
      .nullable()
      .describe('How long Prometheus keeps metrics, seconds; `null` when it does not tell'),
    refreshSeconds: z
      .number()
      .describe(
        'Time between two readings of the metrics, seconds; for a window of more than sixty times that, a sixtieth of the window, at most five minutes',
      ),
    jaegerPublicUrl: z
      .string()
      .nullable()
      .describe(
        'Base URL of the pages of Jaeger for browsers, without a slash at its end; `null` when it is not set',
      ),
    namespaces: z.array(namespaceSchema).describe('Every namespace that Fanari sees, by name'),
    permissions: z
      .array(permissionSchema)
      .describe('What Fanari may do to the kinds that it writes, of those that the cluster serves'),
  })
  .describe('What a client needs to know before it asks for more');

/** What the UI needs before it draws. */
export type StatusResponse = DeepReadonly<z.output<typeof statusResponseSchema>>;

/** `GET /status`: versions, sources, settings and namespaces. */
export const statusEndpoint = {
  method: 'GET',
  path: '/status',
  summary: 'Versions, state of the sources, settings and namespaces',
  description: 'Asks upstreams only for permissions, and remembers those for some minutes.',
  errors: {},
  query: z.object({}),
  response: statusResponseSchema,
} as const;

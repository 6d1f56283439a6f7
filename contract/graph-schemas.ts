import { z } from 'zod';
import { sourceGapSchema } from '@/contract/gap';
import { edgeMtlsSchema } from '@/contract/mtls-schemas';
import { objectRefSchema } from '@/contract/object-ref';

/** Schema of `GraphView`. */
export const graphViewSchema = z.enum(['workload', 'app', 'versioned-app', 'service']);

/** Schema of `Health`. */
export const healthSchema = z.object({
  status: z.enum(['failing', 'degraded', 'healthy', 'idle', 'unknown']),
  rule: z.string(),
  reason: z.string(),
});

const rate = z.number().min(0).nullable();

/** Schema of `TrafficRates`. */
export const trafficRatesSchema = z.object({
  rps: rate,
  errorRatio: z.number().min(0).max(1).nullable(),
  codes: z.array(z.object({ code: z.string(), rps: z.number(), isError: z.boolean() })),
  flags: z.array(z.object({ flag: z.string(), rps: z.number() })),
  latencyMsP50: rate,
  latencyMsP95: rate,
  latencyMsP99: rate,
  requestBytesPerSecond: rate,
  responseBytesPerSecond: rate,
  tcpRequestBytesPerSecond: rate,
  tcpResponseBytesPerSecond: rate,
  tcpConnectionsPerSecond: rate,
});

/** Schema of `GraphNode`. */
export const graphNodeSchema = z.object({
  id: z.string(),
  kind: z.enum([
    'workload',
    'app',
    'versioned-app',
    'service',
    'gateway',
    'service-entry',
    'passthrough',
    'black-hole',
    'unknown',
  ]),
  label: z.string(),
  namespace: z.string().nullable(),
  app: z.string().nullable(),
  version: z.string().nullable(),
  workloadKind: z.string().nullable(),
  proxy: z.enum(['sidecar', 'ambient', 'gateway', 'none', 'unknown']),
  exists: z.boolean(),
  readyPods: z.number().int().nullable(),
  desiredPods: z.number().int().nullable(),
  inbound: trafficRatesSchema,
  outbound: trafficRatesSchema,
  health: healthSchema,
  hosts: z.array(z.string()),
  config: z.array(objectRefSchema),
  splits: z.array(z.string()),
  badges: z.array(z.string()),
});

/** Schema of `GraphEdge`. */
export const graphEdgeSchema = trafficRatesSchema.extend({
  id: z.string(),
  source: z.string(),
  target: z.string(),
  protocol: z.enum(['http', 'grpc', 'tcp']),
  origin: z.enum(['telemetry', 'config']),
  reporter: z.enum(['source', 'destination', 'waypoint']).nullable(),
  destinationService: z.string().nullable(),
  share: z.number().min(0).max(1).nullable(),
  mirrored: z.boolean(),
  health: healthSchema,
  mtls: edgeMtlsSchema,
});

/** Schema of `Graph`. */
export const graphSchema = z.object({
  view: graphViewSchema,
  windowSeconds: z.number(),
  at: z.number(),
  namespaces: z.array(z.string()),
  nodes: z.array(graphNodeSchema),
  edges: z.array(graphEdgeSchema),
  gaps: z.array(sourceGapSchema),
});

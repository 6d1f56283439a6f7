import { z } from 'zod';
import { edgeProtocolSchema } from '@/contract/edge-protocol';
import { edgeMtlsSchema } from '@/contract/mtls-schemas';
import { objectRefSchema } from '@/contract/object-ref';
import { readingShape } from '@/contract/reading-shape';

/** Schema of `GraphView`. */
export const graphViewSchema = z
  .enum(['workload', 'app', 'versioned-app', 'service'])
  .describe('What a node of the graph stands for');

/** Schema of `Health`. */
export const healthSchema = z.object({
  status: z
    .enum(['failing', 'degraded', 'healthy', 'idle', 'unknown'])
    .describe(
      'Verdict over the window; `idle` had no traffic, `unknown` could not be measured or had too little to judge',
    ),
  rule: z.string().describe('Rule that decided, e.g. `http-5xx-ratio`; listed in docs/health.md'),
  reason: z.string().describe('One sentence with the figures that decided'),
});

function measured(text: string) {
  return z
    .number()
    .min(0)
    .nullable()
    .describe(`${text}; \`null\` when no series tells it (0 is measured)`);
}

function latency(percent: number) {
  return measured(
    `Duration that ${percent} % of requests stay below, milliseconds, interpolated from \`istio_request_duration_milliseconds\``,
  );
}

/** Schema of `TrafficRates`. */
export const trafficRatesSchema = z.object({
  rps: measured('Requests per second, HTTP and gRPC, from `istio_requests_total`'),
  errorRatio: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe(
      'Failed over all requests whose outcome the metrics tell, 0..1; `null` without such requests. Failed is HTTP 5xx, no response, or a gRPC status other than 0',
    ),
  codes: z
    .array(
      z.object({
        code: z
          .string()
          .describe(
            'HTTP status, `grpc N` for a gRPC status, `-` when no response was sent, `unknown` where the metrics tell none',
          ),
        rps: z.number().describe('Requests per second with this outcome'),
        isError: z.boolean().describe('Whether `errorRatio` counts them as failed'),
      }),
    )
    .describe('Requests by outcome, the highest rate first'),
  flags: z
    .array(
      z.object({
        flag: z.string().describe('Short name of an Envoy response flag, e.g. `UH`'),
        rps: z.number().describe('Requests (TCP: connections) per second that carry the flag'),
      }),
    )
    .describe('Traffic with response flags, the highest rate first'),
  latencyMsP50: latency(50),
  latencyMsP95: latency(95),
  latencyMsP99: latency(99),
  requestBytesPerSecond: measured(
    'HTTP and gRPC requests, bytes per second, from `istio_request_bytes_sum`',
  ),
  responseBytesPerSecond: measured(
    'HTTP and gRPC responses, bytes per second, from `istio_response_bytes_sum`',
  ),
  tcpRequestBytesPerSecond: measured(
    'TCP from client to server, bytes per second, from `istio_tcp_received_bytes_total`',
  ),
  tcpResponseBytesPerSecond: measured(
    'TCP from server to client, bytes per second, from `istio_tcp_sent_bytes_total`',
  ),
  tcpConnectionsPerSecond: measured(
    'TCP connections opened per second, from `istio_tcp_connections_opened_total`',
  ),
});

function podCount(text: string) {
  return z
    .number()
    .int()
    .nullable()
    .describe(`Number of pods ${text}, over the node’s workloads; \`null\` when it has none`);
}

/** Schema of `GraphNode`. */
export const graphNodeSchema = z
  .object({
    id: z
      .string()
      .describe(
        'Stable across refreshes, windows and restarts, e.g. `workload:bookinfo/reviews-v2`',
      ),
    kind: z
      .enum([
        'workload',
        'app',
        'versioned-app',
        'service',
        'gateway',
        'service-entry',
        'passthrough',
        'black-hole',
        'unknown',
        'outside',
      ])
      .describe(
        'What the node stands for. `service-entry`: a host of a ServiceEntry; `passthrough`, `black-hole`: PassthroughCluster and BlackHoleCluster; `unknown`: clients without identity (no proxy, plaintext); `outside`: everything in namespaces that the viewer may not see',
      ),
    label: z.string().describe('What is written under the node'),
    namespace: z
      .string()
      .nullable()
      .describe('Namespace of the node; `null` for nodes outside every namespace'),
    cluster: z
      .string()
      .nullable()
      .exactOptional()
      .describe(
        'Cluster that it runs in; `null` for what is of several clusters or of none, and where metrics do not say it; absent where Fanari watches one cluster',
      ),
    app: z
      .string()
      .nullable()
      .describe('Canonical service; `null` when the node stands for no workload or app'),
    version: z
      .string()
      .nullable()
      .describe('Canonical revision, `latest` when not labelled; `null` when not one version'),
    workloadKind: z
      .string()
      .nullable()
      .describe(
        'Kubernetes kind of the workload, e.g. `Deployment`; `null` when the node is not one workload or it no longer exists',
      ),
    proxy: z
      .enum(['sidecar', 'ambient', 'gateway', 'none', 'unknown'])
      .describe(
        'How its pods take part in the mesh; `none` if any of its workloads has no proxy, `unknown` when no pod could be looked at',
      ),
    exists: z
      .boolean()
      .describe('`false`: metrics name it, but the cluster does not have it (any more)'),
    readyPods: podCount('that are ready'),
    desiredPods: podCount('that controllers want, or that exist where the controller does not say'),
    inbound: trafficRatesSchema.describe('Traffic into the node, over the window'),
    outbound: trafficRatesSchema.describe('Traffic out of the node, over the window'),
    health: healthSchema.describe(
      'The worst of its pods and of the traffic that it serves, or that it sends if it serves none',
    ),
    hosts: z
      .array(z.string())
      .describe('Service hosts (FQDN) that lead to it, or that it stands for'),
    config: z.array(objectRefSchema).describe('Mesh objects that act on it'),
    splits: z
      .array(z.string())
      .describe('Ids of the splits whose handle is drawn on it; only on nodes of services'),
    badges: z
      .array(z.string())
      .describe(
        'What to badge: `circuit-breaker`, `fault-injection`, `mirror`, `timeout`, `retry`, `virtual-service`, `missing-proxy`',
      ),
  })
  .describe('A node of the graph');

/** Schema of `GraphEdge`. */
export const graphEdgeSchema = trafficRatesSchema
  .extend({
    id: z.string().describe('`source>target>protocol`; stable like the ids of nodes'),
    source: z.string().describe('Id of the node that calls'),
    target: z.string().describe('Id of the node that is called'),
    protocol: edgeProtocolSchema,
    origin: z
      .enum(['telemetry', 'config'])
      .describe(
        '`telemetry`: some series supports the edge. `config`: a route’s destination that no series mentions, so every figure is `null`',
      ),
    reporter: z
      .enum(['source', 'destination', 'waypoint'])
      .nullable()
      .describe(
        'Whose proxy reported the figures: the client’s where it did, else the server’s, else the waypoint’s; `null` when `origin` is `config`',
      ),
    destinationService: z
      .string()
      .nullable()
      .describe('Service host (FQDN) asked for; `null` when not told or when there are several'),
    share: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe(
        'Share of the service’s traffic that takes this edge, 0..1; `null` unless the source is a service node with traffic, and for the copies of a mirror. Leave edges with a share out of sums: the edge into the service node has the same traffic',
      ),
    mirrored: z.boolean().describe('`true` when all traffic is a mirror’s copy'),
    health: healthSchema.describe('Health of the traffic on this edge'),
    mtls: edgeMtlsSchema.describe('Whether this traffic is encrypted'),
  })
  .describe('Traffic of one protocol from one node to another');

/** Schema of `Graph`. */
export const graphSchema = z
  .object({
    view: graphViewSchema,
    ...readingShape,
    namespaces: z
      .array(z.string())
      .describe(
        'Namespaces asked for; empty means all. Nodes outside appear only at the far end of an edge that crosses',
      ),
    nodes: z.array(graphNodeSchema).describe('All nodes, ordered by id'),
    edges: z.array(graphEdgeSchema).describe('All edges, ordered by id'),
  })
  .describe('The service graph of one window');

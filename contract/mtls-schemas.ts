import { z } from 'zod';
import { edgeProtocolSchema } from '@/contract/edge-protocol';
import { clusterSchema, objectRefSchema } from '@/contract/object-ref';

function decided<Mode extends z.ZodType>(mode: Mode) {
  return z.object({
    mode,
    decidedBy: objectRefSchema
      .nullable()
      .describe('Object that decides the mode; `null` when a built-in default does'),
    at: z
      .string()
      .describe(
        'Where in that object, e.g. `spec.portLevelMtls.9080`, or the default, e.g. `default PERMISSIVE`',
      ),
  });
}

const peerModeSchema = z
  .enum(['STRICT', 'PERMISSIVE', 'DISABLE'])
  .describe('Mode of a PeerAuthentication, after inheritance');

function observedRatio(of: string) {
  return z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe(
      `Share of ${of} that proxies reported as \`mutual_tls\` in \`connection_security_policy\`, 0..1, weighted by rate; \`null\` when no report names a policy`,
    );
}

function identities(end: string, label: string) {
  return z
    .array(z.string())
    .nullable()
    .describe(
      `Principals of the certificates that the ${end} presented while traffic moved in the window (\`${label}\`), in order, e.g. \`spiffe://cluster.local/ns/shop/sa/api\`; empty when no proxy saw a principal (plaintext, or TLS that is not the mesh’s); \`null\` when no report has the label`,
    );
}

/** Schema of `MtlsVerdict`. */
export const mtlsVerdictSchema = z
  .enum(['encrypted', 'partly', 'plaintext', 'unknown', 'broken'])
  .describe('What the traffic is; `broken`: the configuration cannot work');

/** Schema of a count of edges for each verdict. */
export const verdictCountsSchema = z.record(mtlsVerdictSchema, z.number().int().min(0));

/** Schema of `EdgeMtls`. */
export const edgeMtlsSchema = z
  .object({
    verdict: mtlsVerdictSchema,
    reason: z.string().describe('One or two sentences that name what decided'),
    server: decided(
      z
        .enum([...peerModeSchema.options, 'no-proxy'])
        .describe('What the server accepts; `no-proxy`: nothing there speaks mTLS'),
    )
      .nullable()
      .describe(
        'Effective server mode; `null` when the server is unknown or several ports or workloads differ',
      ),
    client: decided(
      z
        .enum(['auto', 'DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL', 'hbone', 'plaintext', 'none'])
        .describe(
          'What the client’s proxy does: `auto` is auto mTLS, `plaintext` no TLS, `none` no proxy',
        ),
    )
      .nullable()
      .describe('Effective client mode; `null` when the client is unknown or several differ'),
    configured: z
      .enum(['mtls', 'tls', 'plaintext', 'broken'])
      .nullable()
      .describe('What that configuration would do; `null` when it cannot be told'),
    observedRatio: observedRatio('the edge’s traffic'),
    observedPerSecond: z
      .number()
      .nullable()
      .describe(
        'Requests (TCP: connections) per second behind `observedRatio`, 0 when that is of bytes alone; `null` when that is `null`',
      ),
    clientIdentities: identities('client', 'source_principal'),
    serverIdentities: identities('server', 'destination_principal'),
  })
  .describe('mTLS of one edge: configured beside observed, and one verdict');

/** Schema of `NamespaceMtls`. */
export const namespaceMtlsSchema = z.object({
  namespace: z.string().describe('Name of the namespace'),
  cluster: clusterSchema('Cluster that this row is of'),
  mode: decided(peerModeSchema).describe('Mode of the namespace, inherited from the mesh if unset'),
  exceptions: z
    .array(
      z.object({
        workload: z.string().describe('Name of the workload'),
        port: z
          .number()
          .int()
          .nullable()
          .describe('Port number of the container; `null` when the whole workload is excepted'),
        mode: decided(peerModeSchema).describe('Mode of this workload or port'),
      }),
    )
    .describe('Workloads and ports whose mode differs from it'),
  workloads: z.number().int().describe('Number of workloads in the namespace'),
  workloadsWithProxy: z
    .number()
    .int()
    .describe('Number of those with a sidecar, ambient capture or a gateway’s proxy'),
  verdicts: verdictCountsSchema.describe('Number of edges into the namespace by verdict'),
});

function cellNamespace(end: string) {
  return z
    .string()
    .nullable()
    .describe(`Namespace of the ${end}; \`null\`: outside (unknown clients, external hosts)`);
}

/** Schema of `MtlsCell`. */
export const mtlsCellSchema = z.object({
  source: cellNamespace('clients'),
  target: cellNamespace('servers'),
  verdict: mtlsVerdictSchema,
  verdicts: verdictCountsSchema.describe('Number of the cell’s edges by verdict'),
  observedRatio: observedRatio('the cell’s traffic'),
  edges: z.number().int().describe('Number of edges in the cell'),
});

/** Schema of `MtlsFinding`. */
export const mtlsFindingSchema = z.object({
  cluster: clusterSchema('Cluster whose istiod’s configuration it is about'),
  rule: z.string().describe('Rule that found it, e.g. `plaintext-client-to-strict`'),
  severity: z.enum(['error', 'warning', 'info']).describe('How much it matters'),
  message: z.string().describe('The finding in words'),
  objects: z.array(objectRefSchema).describe('Objects that it is about'),
});

const edgeEndSchema = z.object({
  id: z.string().describe('Id of the node in the workload graph'),
  label: z.string().describe('Name of the node for people'),
  namespace: z
    .string()
    .nullable()
    .describe('Namespace of the node; `null` outside every namespace'),
  cluster: z
    .string()
    .nullable()
    .exactOptional()
    .describe(
      'Cluster of the node; `null` for what is of several clusters or of none, and where metrics do not say it; absent where Fanari watches one cluster',
    ),
});

/** Schema of `MtlsEdge`. */
export const mtlsEdgeSchema = z.object({
  id: z.string().describe('`source>target>protocol`, with the ids of the ends'),
  source: edgeEndSchema.describe('The end that calls'),
  target: edgeEndSchema.describe('The end that is called'),
  protocol: edgeProtocolSchema,
  rps: z
    .number()
    .nullable()
    .describe('Requests (TCP: connections) per second; `null` when no series counts them'),
  mtls: edgeMtlsSchema.describe('Its verdict, with what is configured and observed'),
});

/** Schema of `MtlsReport`. */
export const mtlsReportSchema = z.object({
  scope: z
    .array(z.string())
    .describe(
      'Namespaces that edges and figures are narrowed to, by an end in one of them; empty: the whole mesh',
    ),
  mesh: z
    .object({
      mode: decided(peerModeSchema).describe(
        'Mode of the whole mesh; of several istiods the weakest',
      ),
      autoMtls: z.boolean().describe('Whether clients use mTLS by themselves (`enableAutoMtls`)'),
      trustDomain: z.string().describe('Trust domain of the mesh, e.g. `cluster.local`'),
      trustDomainAliases: z
        .array(z.string())
        .describe('Further trust domains whose identities servers accept'),
      verdict: mtlsVerdictSchema.describe(
        'The one verdict of the traffic in scope, combined as for a folded namespace; `unknown` where nothing passed',
      ),
      observedRatio: observedRatio('all observed traffic in scope'),
      observedEdges: z
        .number()
        .int()
        .describe(
          'Number of edges in scope with an `observedRatio`; nothing was observed of the others',
        ),
      verdicts: verdictCountsSchema.describe('Number of edges in scope by verdict'),
    })
    .describe('Modes of the mesh as a whole; verdict and figures are of the edges in `scope`'),
  controlPlanes: z
    .array(
      z.object({
        cluster: z.string().describe('Cluster that has the istiod'),
        governs: z.array(z.string()).describe('Clusters whose proxies it configures'),
        mode: decided(peerModeSchema).describe('Mode of those proxies, mesh-wide'),
        autoMtls: z
          .boolean()
          .describe('Whether clients use mTLS by themselves (its `enableAutoMtls`)'),
        trustDomain: z.string().describe('Its trust domain'),
        trustDomainAliases: z.array(z.string()).describe('Further trust domains that it accepts'),
      }),
    )
    .exactOptional()
    .describe(
      'Modes by control plane; absent where Fanari watches one cluster. Of a cluster whose istiod cannot be told there is none',
    ),
  namespaces: z
    .array(namespaceMtlsSchema)
    .describe(
      'Modes and verdicts of each namespace asked for, by name; of several clusters one entry for each that has it',
    ),
  cells: z.array(mtlsCellSchema).describe('Matrix of client and server namespaces with traffic'),
  edges: z
    .array(mtlsEdgeSchema)
    .describe('Every edge between workloads that metrics tell of; service nodes stand nowhere'),
  findings: z.array(mtlsFindingSchema).describe('What deserves attention, the worst first'),
});

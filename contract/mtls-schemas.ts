import { z } from 'zod';
import { objectRefSchema } from '@/contract/object-ref';

function decided<Mode extends z.ZodType>(mode: Mode) {
  return z.object({ mode, decidedBy: objectRefSchema.nullable(), at: z.string() });
}

const peerModeSchema = z.enum(['STRICT', 'PERMISSIVE', 'DISABLE']);
const ratioSchema = z.number().min(0).max(1);

/** Schema of `MtlsVerdict`. */
export const mtlsVerdictSchema = z.enum(['encrypted', 'partly', 'plaintext', 'unknown', 'broken']);

/** Schema of a count of edges for each verdict. */
export const verdictCountsSchema = z.record(mtlsVerdictSchema, z.number().int().min(0));

/** Schema of `EdgeMtls`. */
export const edgeMtlsSchema = z.object({
  verdict: mtlsVerdictSchema,
  reason: z.string(),
  server: decided(z.enum([...peerModeSchema.options, 'no-proxy'])).nullable(),
  client: decided(
    z.enum(['auto', 'DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL', 'hbone', 'plaintext', 'none']),
  ).nullable(),
  configured: z.enum(['mtls', 'tls', 'plaintext', 'broken']).nullable(),
  observedRatio: ratioSchema.nullable(),
  observedPerSecond: z.number().nullable(),
});

/** Schema of `NamespaceMtls`. */
export const namespaceMtlsSchema = z.object({
  namespace: z.string(),
  mode: decided(peerModeSchema),
  exceptions: z.array(
    z.object({
      workload: z.string(),
      port: z.number().int().nullable(),
      mode: decided(peerModeSchema),
    }),
  ),
  workloads: z.number().int(),
  workloadsWithProxy: z.number().int(),
  verdicts: verdictCountsSchema,
});

/** Schema of `MtlsCell`. */
export const mtlsCellSchema = z.object({
  source: z.string().nullable(),
  target: z.string().nullable(),
  verdict: mtlsVerdictSchema,
  verdicts: verdictCountsSchema,
  observedRatio: ratioSchema.nullable(),
  edges: z.number().int(),
});

/** Schema of `MtlsFinding`. */
export const mtlsFindingSchema = z.object({
  rule: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string(),
  objects: z.array(objectRefSchema),
});

const edgeEndSchema = z.object({
  id: z.string(),
  label: z.string(),
  namespace: z.string().nullable(),
});

/** Schema of `MtlsEdge`. */
export const mtlsEdgeSchema = z.object({
  id: z.string(),
  source: edgeEndSchema,
  target: edgeEndSchema,
  protocol: z.enum(['http', 'grpc', 'tcp']),
  rps: z.number().nullable(),
  mtls: edgeMtlsSchema,
});

/** Schema of `MtlsReport`. */
export const mtlsReportSchema = z.object({
  mesh: z.object({
    mode: decided(peerModeSchema),
    autoMtls: z.boolean(),
    trustDomain: z.string(),
    observedRatio: ratioSchema.nullable(),
    verdicts: verdictCountsSchema,
  }),
  namespaces: z.array(namespaceMtlsSchema),
  cells: z.array(mtlsCellSchema),
  edges: z.array(mtlsEdgeSchema),
  findings: z.array(mtlsFindingSchema),
});

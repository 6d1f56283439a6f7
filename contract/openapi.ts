import { z } from 'zod';
import { canaryApplyBodySchema, canaryApplyResponseSchema } from '@/contract/canary-apply';
import { canaryCandidatesResponseSchema } from '@/contract/canary-candidates';
import { canaryPreviewBodySchema, canaryPreviewResponseSchema } from '@/contract/canary-preview';
import { canaryCandidateSchema } from '@/contract/canary-schemas';
import { canaryUndoBodySchema, canaryUndoResponseSchema } from '@/contract/canary-undo';
import { configResponseSchema } from '@/contract/config';
import { doctorResponseSchema } from '@/contract/doctor';
import { findingSchema } from '@/contract/doctor-schemas';
import { BODY_ERRORS, joinErrors, REQUEST_ERRORS } from '@/contract/endpoint-errors';
import { API_PREFIX, endpoints, type Endpoint } from '@/contract/endpoints';
import { sourceGapSchema } from '@/contract/gap';
import { graphDeltaSchema, streamAliveSchema } from '@/contract/graph-stream';
import { graphEdgeSchema, graphNodeSchema, graphSchema } from '@/contract/graph-schemas';
import { mtlsResponseSchema } from '@/contract/mtls';
import { edgeMtlsSchema } from '@/contract/mtls-schemas';
import { objectRefSchema } from '@/contract/object-ref';
import { PROBLEM_MEDIA_TYPE, problemSchema } from '@/contract/problem';
import { seriesResponseSchema } from '@/contract/series';
import {
  sessionLoginBodySchema,
  sessionLogoutResponseSchema,
  sessionResponseSchema,
} from '@/contract/session';
import { splitApplyResponseSchema } from '@/contract/split-apply';
import { splitChangeBodySchema, splitPreviewResponseSchema } from '@/contract/split-preview';
import { jsonValueSchema, trafficSplitSchema, weightChangeSchema } from '@/contract/split-schemas';
import { splitsResponseSchema } from '@/contract/splits';
import { statusResponseSchema } from '@/contract/status';
import { traceSchema } from '@/contract/trace';
import { traceSummarySchema, tracesResponseSchema } from '@/contract/traces';

const ABOUT =
  'What a Kubernetes service mesh does: graph, splits, mTLS and traces. `null` is not known, never zero. Answers are partial by design: with an upstream down its figures are `null`, and `gaps` says why. Failures are problem documents (RFC 9457).';

type JsonSchema = Readonly<Record<string, unknown>>;

const named: Readonly<Record<string, z.ZodType>> = {
  CanaryApply: canaryApplyResponseSchema,
  CanaryApplyRequest: canaryApplyBodySchema,
  CanaryCandidate: canaryCandidateSchema,
  CanaryCandidates: canaryCandidatesResponseSchema,
  CanaryPreview: canaryPreviewResponseSchema,
  CanaryPreviewRequest: canaryPreviewBodySchema,
  CanaryUndo: canaryUndoResponseSchema,
  CanaryUndoRequest: canaryUndoBodySchema,
  Config: configResponseSchema,
  Doctor: doctorResponseSchema,
  DoctorFinding: findingSchema,
  EdgeMtls: edgeMtlsSchema,
  Graph: graphSchema,
  GraphDelta: graphDeltaSchema,
  GraphEdge: graphEdgeSchema,
  GraphNode: graphNodeSchema,
  JsonValue: jsonValueSchema,
  Mtls: mtlsResponseSchema,
  ObjectRef: objectRefSchema,
  Problem: problemSchema,
  Series: seriesResponseSchema,
  Session: sessionResponseSchema,
  SessionLogin: sessionLoginBodySchema,
  SessionLogout: sessionLogoutResponseSchema,
  SourceGap: sourceGapSchema,
  SplitApply: splitApplyResponseSchema,
  SplitChange: splitChangeBodySchema,
  SplitPreview: splitPreviewResponseSchema,
  Splits: splitsResponseSchema,
  Status: statusResponseSchema,
  StreamAlive: streamAliveSchema,
  Trace: traceSchema,
  TraceSummary: traceSummarySchema,
  Traces: tracesResponseSchema,
  TrafficSplit: trafficSplitSchema,
  WeightChange: weightChangeSchema,
};

function componentUri(name: string): string {
  return `#/components/schemas/${name}`;
}

function componentSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: componentUri, io: 'output' });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const { $id: _id, $schema: _dialect, ...rest } = schema;
      return [name, rest];
    }),
  );
}

function refTo(schema: z.ZodType): JsonSchema {
  const name = Object.keys(named).find((key) => named[key] === schema);
  if (name === undefined)
    throw new Error('A response or body schema has no name in the OpenAPI document');
  return { $ref: componentUri(name) };
}

function inputSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}

function queryParameters(query: z.ZodType): JsonSchema[] {
  const { properties = {}, required = [] } = inputSchema(query) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema } = property;
    return { name, in: 'query', required: required.includes(name), description, schema };
  });
}

function okResponse(endpoint: Endpoint): JsonSchema {
  if (endpoint.events !== undefined) {
    const anyOf = Object.values(endpoint.events).map(refTo);
    return {
      description: `Events ${Object.keys(endpoint.events).join(', ')}; the data of each is JSON`,
      content: { 'text/event-stream': { schema: { anyOf } } },
    };
  }
  if (endpoint.response === undefined) return { description: endpoint.summary };
  return {
    description: endpoint.summary,
    content: { 'application/json': { schema: refTo(endpoint.response) } },
  };
}

function problemResponses(endpoint: Endpoint): JsonSchema {
  const errors = joinErrors([
    REQUEST_ERRORS,
    ...(endpoint.body === undefined ? [] : [BODY_ERRORS]),
    endpoint.errors,
  ]);
  const all = Object.entries({ ...errors, default: 'Any other failure' });
  const content = { [PROBLEM_MEDIA_TYPE]: { schema: refTo(problemSchema) } };
  return Object.fromEntries(all.map(([status, description]) => [status, { description, content }]));
}

function operation(endpoint: Endpoint): JsonSchema {
  const pathParameters = Object.entries(endpoint.parameters ?? {}).map(([name, parameter]) => {
    const { description, ...schema } = inputSchema(parameter);
    return { name, in: 'path', required: true, description, schema };
  });
  return {
    summary: endpoint.summary,
    description: endpoint.description,
    operationId: `${endpoint.method.toLowerCase()}${endpoint.path.replaceAll(/[^A-Za-z]+(\w?)/g, (_, first: string) => first.toUpperCase())}`,
    parameters: [
      ...pathParameters,
      ...(endpoint.query === undefined ? [] : queryParameters(endpoint.query)),
    ],
    ...(endpoint.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: refTo(endpoint.body) } },
          },
        }),
    responses: { 200: okResponse(endpoint), ...problemResponses(endpoint) },
  };
}

/** The OpenAPI 3.1 document of the API, made from the same schemas that requests are read with. */
export function buildOpenApi(version: string): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const endpoint of endpoints) {
    const path = `${API_PREFIX}${endpoint.path}`;
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Fanari',
      version,
      description: ABOUT,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: { schemas: componentSchemas() },
  };
}

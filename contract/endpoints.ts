import type { z } from 'zod';
import { canaryApplyEndpoint } from '@/contract/canary-apply';
import { canaryCandidatesEndpoint } from '@/contract/canary-candidates';
import { canaryPreviewEndpoint } from '@/contract/canary-preview';
import { canaryUndoEndpoint } from '@/contract/canary-undo';
import { configEndpoint } from '@/contract/config';
import { doctorEndpoint } from '@/contract/doctor';
import type { EndpointErrors } from '@/contract/endpoint-errors';
import { graphEndpoint } from '@/contract/graph';
import { graphStreamEndpoint } from '@/contract/graph-stream';
import { mtlsEndpoint } from '@/contract/mtls';
import { seriesEndpoint } from '@/contract/series';
import { sessionEndpoint, sessionLoginEndpoint, sessionLogoutEndpoint } from '@/contract/session';
import { splitApplyEndpoint } from '@/contract/split-apply';
import { splitPreviewEndpoint } from '@/contract/split-preview';
import { splitsEndpoint } from '@/contract/splits';
import { statusEndpoint } from '@/contract/status';
import { traceEndpoint } from '@/contract/trace';
import { tracesEndpoint } from '@/contract/traces';

/** One endpoint as its file declares it. `path` is relative to {@link API_PREFIX}. */
export interface Endpoint {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly summary: string;
  /** What a caller must know beside the summary. */
  readonly description: string;
  /** Why it fails, beside what every operation and every body may fail of. */
  readonly errors: EndpointErrors;
  readonly query?: z.ZodType;
  readonly parameters?: Readonly<Record<string, z.ZodType>>;
  readonly body?: z.ZodType;
  readonly response?: z.ZodType;
  /** Data schema by event name; present on event streams only. */
  readonly events?: Readonly<Record<string, z.ZodType>>;
}

/** What every path of the API starts with (after the base path, if one is set). */
export const API_PREFIX = '/api/v1';

/** Every endpoint of the API; the OpenAPI document is made from this list. */
export const endpoints: readonly Endpoint[] = [
  graphEndpoint,
  graphStreamEndpoint,
  splitsEndpoint,
  splitPreviewEndpoint,
  splitApplyEndpoint,
  canaryCandidatesEndpoint,
  canaryPreviewEndpoint,
  canaryApplyEndpoint,
  canaryUndoEndpoint,
  mtlsEndpoint,
  statusEndpoint,
  doctorEndpoint,
  configEndpoint,
  seriesEndpoint,
  tracesEndpoint,
  traceEndpoint,
  sessionEndpoint,
  sessionLoginEndpoint,
  sessionLogoutEndpoint,
];

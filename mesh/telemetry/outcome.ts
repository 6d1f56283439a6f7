import type { OutcomeRate } from '@/mesh/telemetry/merged-edge';

type Outcome = Pick<OutcomeRate, 'responseCode' | 'grpcStatus'>;

/** Kinds of answer, as health judges them. `untold`: the metrics carry nothing that tells success from failure. */
export type OutcomeKind =
  'ok' | 'client-error' | 'server-error' | 'no-response' | 'grpc-failure' | 'untold';

/**
 * What became of a request. No response wins over everything; an HTTP failure of a gRPC call is a server error, because
 * its gRPC status is then made up by the proxy; else a gRPC status other than 0 is a failure. A gRPC call that HTTP
 * calls successful tells nothing without its status, nor does a request whose code was dropped from the metrics.
 */
export function outcomeKind(outcome: Outcome): OutcomeKind {
  const { responseCode, grpcStatus } = outcome;
  if (responseCode === '0' || responseCode === '-') return 'no-response';
  if (responseCode.startsWith('5')) return 'server-error';
  if (grpcStatus !== null && grpcStatus !== '') return grpcStatus === '0' ? 'ok' : 'grpc-failure';
  if (responseCode.startsWith('4')) return 'client-error';
  return responseCode === '' || grpcStatus === '' ? 'untold' : 'ok';
}

/** How the code is written in a breakdown: `200`, `grpc 14`, `-` without a response, `unknown` where none is told. */
export function outcomeLabel(outcome: Outcome): string {
  const kind = outcomeKind(outcome);
  if (kind === 'no-response') return '-';
  const { responseCode, grpcStatus } = outcome;
  if (grpcStatus === null || grpcStatus === '' || kind === 'server-error') {
    return responseCode === '' ? 'unknown' : responseCode;
  }
  return `grpc ${grpcStatus}`;
}

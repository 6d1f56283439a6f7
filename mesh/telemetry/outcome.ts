import type { OutcomeRate } from '@/mesh/telemetry/merged-edge';

type Outcome = Pick<OutcomeRate, 'responseCode' | 'grpcStatus'>;

/** Kinds of answer, as health judges them. */
export type OutcomeKind = 'ok' | 'client-error' | 'server-error' | 'no-response' | 'grpc-failure';

/**
 * What became of a request. No response wins over everything; an HTTP failure of a gRPC call is a server error, because
 * its gRPC status is then made up by the proxy; else a gRPC status other than 0 is a failure.
 */
export function outcomeKind(outcome: Outcome): OutcomeKind {
  const { responseCode, grpcStatus } = outcome;
  if (responseCode === '0' || responseCode === '' || responseCode === '-') return 'no-response';
  if (responseCode.startsWith('5')) return 'server-error';
  if (grpcStatus !== null && grpcStatus !== '' && grpcStatus !== '0') return 'grpc-failure';
  return responseCode.startsWith('4') ? 'client-error' : 'ok';
}

/** How the code is written in a breakdown: `200`, `grpc 14`, or `-` without a response. */
export function outcomeLabel(outcome: Outcome): string {
  const kind = outcomeKind(outcome);
  if (kind === 'no-response') return '-';
  const { responseCode, grpcStatus } = outcome;
  if (grpcStatus === null || grpcStatus === '' || kind === 'server-error') return responseCode;
  return `grpc ${grpcStatus}`;
}

import { expect, test } from 'vitest';
import { outcomeKind, outcomeLabel } from '@/mesh/telemetry/outcome';

test.each([
  // responseCode, grpcStatus, kind, label
  ['200', null, 'ok', '200'],
  ['302', null, 'ok', '302'],
  ['404', null, 'client-error', '404'],
  ['429', null, 'client-error', '429'],
  ['500', null, 'server-error', '500'],
  ['503', null, 'server-error', '503'],
  ['0', null, 'no-response', '-'],
  ['-', null, 'no-response', '-'],
  ['200', '0', 'ok', 'grpc 0'],
  ['200', '14', 'grpc-failure', 'grpc 14'],
  ['200', '16', 'grpc-failure', 'grpc 16'],
  // The proxy made the gRPC status up: the HTTP layer failed.
  ['503', '14', 'server-error', '503'],
  ['0', '14', 'no-response', '-'],
  ['404', '', 'client-error', '404'],
] as const)(
  'code %s with gRPC status %s is %s, written %s',
  (responseCode, grpcStatus, kind, label) => {
    expect(outcomeKind({ responseCode, grpcStatus })).toBe(kind);
    expect(outcomeLabel({ responseCode, grpcStatus })).toBe(label);
  },
);

test('a code that was dropped from the metrics is neither a failure nor a success', () => {
  expect(outcomeKind({ responseCode: '', grpcStatus: null })).toBe('untold');
  expect(outcomeLabel({ responseCode: '', grpcStatus: null })).toBe('unknown');
});

test('a gRPC call that HTTP calls successful is not called so without its status', () => {
  expect(outcomeKind({ responseCode: '200', grpcStatus: '' })).toBe('untold');
});

test('a gRPC status tells where the response code was dropped', () => {
  expect(outcomeKind({ responseCode: '', grpcStatus: '0' })).toBe('ok');
  expect(outcomeKind({ responseCode: '', grpcStatus: '13' })).toBe('grpc-failure');
});

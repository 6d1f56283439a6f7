import { describe, expect, it } from 'vitest';
import type { FlowGroup, FlowResponse, HttpReport } from '@/demo/traffic/flow/flow-plan';
import { responseShares } from '@/demo/traffic/flow/response-shares';

const report: HttpReport = {
  labels: { client: null, server: null },
  latency: [],
  maxMs: Infinity,
  requestBytes: 0,
  responseBytes: 0,
  isError: false,
  code: 200,
  grpcStatus: null,
  gateway: null,
  flags: '-',
};
const response = (kind: FlowResponse['kind'], ratio: number, retriable = false): FlowResponse => ({
  kind,
  ratio,
  retriable,
  report,
  exhausted: report,
});
const group = (responses: readonly FlowResponse[], retryAttempts = 2): FlowGroup => ({
  workload: null,
  pods: [],
  weight: 1,
  refused: null,
  responses,
  timeout: null,
  retryAttempts,
  node: null,
});
const sum = (shares: readonly number[]): number => shares.reduce((total, share) => total + share);

describe('responseShares', () => {
  it('splits tries over every way to end: late first, then own failures, then those of calls', () => {
    const all = [
      response('ok', 0),
      response('induced', 0),
      response('own', 0.5),
      response('late', 0.2),
    ];
    const { settled } = responseShares(group(all), 0.25);
    // 0.2 late; of the 0.8 in time half fails by itself; of the other 0.4 a quarter because of its calls.
    [0.3, 0.1, 0.4, 0.2].forEach((share, index) => expect(settled[index]).toBeCloseTo(share));
  });

  it('keeps ways that are tried again apart, and loses none', () => {
    const all = [response('ok', 0), response('induced', 0, true), response('own', 0.1, true)];
    const { settled, failing, failRatio } = responseShares(group(all), 0.5);
    expect(settled).toEqual([0.45, 0, 0]);
    expect(failing[0]).toBe(0);
    expect(sum(failing)).toBeCloseTo(failRatio);
    expect(sum(settled) + failRatio).toBeCloseTo(1);
  });

  it('tries nothing again without attempts left', () => {
    const { failRatio } = responseShares(
      group([response('ok', 0), response('own', 0.1, true)], 0),
      0,
    );
    expect(failRatio).toBe(0);
  });
});

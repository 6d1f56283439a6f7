import type { FlowGroup, FlowResponse } from '@/demo/traffic/flow/flow-plan';

/** How often tries to one group end in each of its ways, by the position of the way in the group's responses. */
export interface ResponseShares {
  /** Shares of tries whose end is final; 0 for ways that are tried again. */
  readonly settled: readonly number[];
  /** Shares of tries that are tried again; 0 for final ways. */
  readonly failing: readonly number[];
  /** Sum of {@link failing}, 0..1. */
  readonly failRatio: number;
}

/** Shares at a server of whose own calls `induced` (0..1) fail at present. Pure; linear in the responses. */
export function responseShares(group: FlowGroup, induced: number): ResponseShares {
  const inTime = 1 - ratioOf(group.responses, 'late');
  const well = inTime * (1 - ratioOf(group.responses, 'own'));
  const settled: number[] = [];
  const failing: number[] = [];
  let failRatio = 0;
  for (const response of group.responses) {
    const share = shareOf(response, inTime, well, induced);
    const isRetried = response.retriable && group.retryAttempts > 0;
    settled.push(isRetried ? 0 : share);
    failing.push(isRetried ? share : 0);
    if (isRetried) failRatio += share;
  }
  return { settled, failing, failRatio };
}

function shareOf(
  { kind, ratio }: FlowResponse,
  inTime: number,
  well: number,
  induced: number,
): number {
  switch (kind) {
    case 'late':
      return ratio;
    case 'own':
      return inTime * ratio;
    case 'induced':
      return well * induced;
    case 'ok':
      return well * (1 - induced);
  }
}

function ratioOf(responses: readonly FlowResponse[], wanted: FlowResponse['kind']): number {
  let sum = 0;
  for (const { kind, ratio } of responses) if (kind === wanted) sum += ratio;
  return sum;
}

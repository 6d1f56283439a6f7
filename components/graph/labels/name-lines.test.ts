import { describe, expect, it } from 'vitest';
import { cutMiddle, nameLines } from '@/components/graph/labels/name-lines';

describe('nameLines', () => {
  it('keeps short names whole and breaks long ones at a mark or before their last word', () => {
    expect(nameLines('productpage-v1')).toEqual(['productpage-v1']);
    expect(nameLines('recommendationservice-v1')).toEqual(['recommendation', 'service-v1']);
    expect(nameLines('istio-egressgateway-internal')).toEqual(['istio-egress', 'gateway-internal']);
  });

  it('keeps the start and the version of a name that is too long for two lines', () => {
    const lines = nameLines('payments-reconciliation-batch-orchestrator-canary-v12');
    expect(lines).toHaveLength(2);
    expect(lines.join('')).toMatch(/^payments.*….*canary-v12$/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(16);
  });
});

describe('cutMiddle', () => {
  it('never gives more than it is allowed', () => {
    expect(cutMiddle('reviews', 7)).toBe('reviews');
    expect(cutMiddle('reviews-v3', 7)).toBe('rev…-v3');
  });
});

import { describe, expect, it } from 'vitest';
import { elkOnThread } from '@/app/elk-thread';
import type { ElkNode } from 'elkjs/lib/elk-api';

function wide(count: number): ElkNode {
  return {
    id: 'all',
    layoutOptions: { 'elk.algorithm': 'layered', 'elk.direction': 'RIGHT' },
    children: Array.from({ length: count }, (_, index) => ({
      id: `n${index}`,
      width: 40,
      height: 60,
    })),
    edges: Array.from({ length: 2 * count }, (_, index) => ({
      id: `e${index}`,
      sources: [`n${index % count}`],
      targets: [`n${(index * 7 + 3) % count}`],
    })),
  };
}

describe('elkOnThread', () => {
  it('computes while this thread goes on with its work', async () => {
    let longestMs = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - last);
      last = performance.now();
    }, 5);
    const start = performance.now();
    const answer = await elkOnThread(wide(120));
    const tookMs = performance.now() - start;
    clearInterval(beat);
    expect(answer?.children?.every(({ x, y }) => x !== undefined && y !== undefined)).toBe(true);
    expect(longestMs).toBeLessThan(tookMs / 2);
  });

  it('answers nothing to a problem that ELK refuses, and goes on with the next', async () => {
    const refused = { ...wide(2), edges: [{ id: 'e', sources: ['n0'], targets: ['nowhere'] }] };
    expect(await elkOnThread(refused)).toBeNull();
    expect(await elkOnThread(wide(3))).not.toBeNull();
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import type * as BoxPacking from '@/components/graph/layout/pack-boxes';
import type * as PlainLayout from '@/components/graph/layout/simple-layered';
import { startCountingSteps, type StepCounter } from '@/tests/support/count-steps';

// Prometheus down takes every edge away: all is loose then, and the first picture is made in the main thread.

let counter: StepCounter;
let packBoxes: typeof BoxPacking.packBoxes;
let simpleLayered: typeof PlainLayout.simpleLayered;

beforeAll(async () => {
  counter = startCountingSteps('/components/graph/layout/');
  ({ packBoxes } = await import('@/components/graph/layout/pack-boxes'));
  ({ simpleLayered } = await import('@/components/graph/layout/simple-layered'));
});
afterAll(() => counter.stop());

function stepsToPackBoxes(count: number): number {
  const boxes = Array.from({ length: count }, (_, index) => ({
    id: `b${index}`,
    width: 100 + ((index * 37) % 300),
    height: 60 + ((index * 53) % 400),
    titleWidth: 120,
  }));
  counter.take();
  packBoxes(boxes, []);
  return counter.take();
}

function stepsToLayOutNodes(count: number): number {
  const nodes = Array.from({ length: count }, (_, index) => ({
    id: `n${index}`,
    width: 42,
    height: 42,
    outerWidth: 60 + ((index * 37) % 120),
    labelHeight: 21,
    group: null,
  }));
  counter.take();
  simpleLayered({ nodes, edges: [], gaps: { row: 40, column: 60 } });
  return counter.take();
}

test.each([
  ['boxes', stepsToPackBoxes],
  ['nodes of a namespace', stepsToLayOutNodes],
])('forty %s that nothing connects are placed within a frame', (_, steps) => {
  const taken = steps(40);
  // A search of every gap takes 18 and 3.6 million; a million is some ten milliseconds.
  expect(taken).toBeGreaterThan(40);
  expect(taken).toBeLessThan(250_000);
});

test.each([
  ['boxes', stepsToPackBoxes],
  ['nodes of a namespace', stepsToLayOutNodes],
])(
  'of %s that nothing connects, hundreds cost less than the square of their number',
  (_, steps) => {
    const [eighty, manyMore] = [steps(80), steps(640)];
    expect(manyMore / eighty).toBeLessThan((640 / 80) ** 1.5);
  },
);

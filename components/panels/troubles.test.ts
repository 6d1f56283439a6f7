import { expect, test } from 'vitest';
import { errorsText } from '@/components/panels/health-figure';
import { NODE_COLUMNS, sortRows } from '@/components/panels/table-rows';
import { troubles } from '@/components/panels/troubles';
import type { Graph, GraphNode, TrafficRates } from '@/mesh/graph/graph';
import { httpRates, NO_RATES } from '@/tests/support/sample-graph-parts';
import { sampleGraph } from '@/tests/support/sample-graph';

const { graph: sample } = sampleGraph({ nodes: 6, namespaces: 1, seed: 3 });
const [first] = sample.nodes;
if (first === undefined) throw new Error('the sample has no node');

const node = (
  label: string,
  [status, rule, reason]: readonly ['failing' | 'degraded', string, string],
  inbound: TrafficRates,
  outbound: TrafficRates = NO_RATES,
): GraphNode => ({
  ...first,
  id: label,
  label,
  health: { status, rule, reason },
  inbound,
  outbound,
});

const notFound: TrafficRates = {
  ...httpRates(20, 0, 5),
  codes: [{ code: '404', rps: 20, isError: false }],
};
const byClientErrors = node(
  'all-404',
  ['failing', 'http-4xx-ratio', '100 % of requests were answered 4xx (failing from 20 %).'],
  notFound,
);
const byServerErrors = node(
  'some-5xx',
  ['failing', 'http-5xx-ratio', '15 % of requests were answered 5xx (failing from 10 %).'],
  httpRates(40, 0.15, 5),
);
const asSender = node(
  'gateway',
  [
    'failing',
    'http-5xx-ratio',
    'Of what it sends: 50 % of requests were answered 5xx (failing from 10 %).',
  ],
  NO_RATES,
  httpRates(100, 0.5, 5),
);
const byConnections = node(
  'database',
  ['failing', 'tcp-failure-ratio', '30 % of connections failed (failing from 10 %).'],
  { ...NO_RATES, tcpConnectionsPerSecond: 10 },
);
const graph: Graph = {
  ...sample,
  nodes: [byConnections, byServerErrors, asSender, byClientErrors],
  edges: [],
};

test('what fails most by the rule that decided comes first, whatever that rule counts', () => {
  // 50, 20, 6 and 3 a second.
  expect(troubles(graph).map(({ name }) => name)).toEqual([
    'gateway',
    'all-404',
    'some-5xx',
    'database',
  ]);
});

test('a node that answers nothing but 404 does not stand in the table with no errors, nor below what fails less', () => {
  expect(errorsText(byClientErrors.health, byClientErrors.inbound)).toBe('100 % 404');
  expect(errorsText(byConnections.health, byConnections.inbound)).toBe('30 % connections failed');
  expect(errorsText(byServerErrors.health, byServerErrors.inbound)).toBe('15 %');
  // What a gateway sends is no error of what it serves: of that nothing is known.
  expect(errorsText(asSender.health, asSender.inbound)).toBe('—');
  const sorted = sortRows(graph.nodes, NODE_COLUMNS, { column: 'errors', isDescending: true });
  expect(sorted.map(({ label }) => label)).toEqual(['all-404', 'database', 'some-5xx', 'gateway']);
});

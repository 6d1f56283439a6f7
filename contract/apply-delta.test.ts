import { describe, expect, test } from 'vitest';
import { applyDelta } from '@/contract/apply-delta';
import type { GraphDelta } from '@/contract/graph-stream';
import type { Graph, GraphNode, TrafficRates } from '@/mesh/graph/graph';

const silent: TrafficRates = {
  rps: null,
  errorRatio: null,
  codes: [],
  flags: [],
  latencyMsP50: null,
  latencyMsP95: null,
  latencyMsP99: null,
  requestBytesPerSecond: null,
  responseBytesPerSecond: null,
  tcpRequestBytesPerSecond: null,
  tcpResponseBytesPerSecond: null,
  tcpConnectionsPerSecond: null,
};

function node(id: string, label = id): GraphNode {
  return {
    id,
    kind: 'workload',
    label,
    namespace: 'a',
    app: null,
    version: null,
    workloadKind: 'Deployment',
    proxy: 'sidecar',
    exists: true,
    readyPods: 1,
    desiredPods: 1,
    inbound: silent,
    outbound: silent,
    health: { status: 'idle', rule: 'no-traffic', reason: 'No traffic' },
    hosts: [],
    config: [],
    splits: [],
    badges: [],
  };
}

const before: Graph = {
  view: 'workload',
  windowSeconds: 60,
  at: 1,
  namespaces: [],
  nodes: [node('a'), node('b'), node('c')],
  edges: [],
  gaps: [],
};
const nothing: GraphDelta = {
  at: 2,
  windowSeconds: 60,
  gaps: [],
  nodes: [],
  edges: [],
  removedNodes: [],
  removedEdges: [],
};

describe('applying a delta', () => {
  test('changed nodes are replaced in place, new ones come last, removed ones go', () => {
    const delta = { ...nothing, nodes: [node('b', 'B'), node('d')], removedNodes: ['a'] };
    const after = applyDelta(before, delta);
    expect(after.nodes.map(({ id, label }) => `${id}=${label}`)).toEqual(['b=B', 'c=c', 'd=d']);
    expect(after.at).toBe(2);
  });

  test('what did not change keeps its identity', () => {
    const after = applyDelta(before, { ...nothing, nodes: [node('a', 'A')] });
    expect(after.nodes[1]).toBe(before.nodes[1]);
    expect(after.edges).toBe(before.edges);
  });
});

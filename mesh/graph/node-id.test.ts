import { describe, expect, test } from 'vitest';
import { formatEdgeId, formatNodeId, parseEdgeId, parseNodeId } from '@/mesh/graph/node-id';
import type { NodeIdParts } from '@/mesh/graph/node-id';

const ALL: readonly NodeIdParts[] = [
  { kind: 'workload', namespace: 'bookinfo', name: 'reviews-v2' },
  { kind: 'app', namespace: 'bookinfo', app: 'reviews' },
  { kind: 'versioned-app', namespace: 'bookinfo', app: 'reviews', version: 'v2' },
  { kind: 'service', namespace: 'bookinfo', name: 'reviews' },
  { kind: 'service-entry', host: '*.example.com' },
  { kind: 'host', host: 'old.example.com' },
  { kind: 'passthrough' },
  { kind: 'black-hole' },
  { kind: 'unknown' },
];

describe('node and edge ids', () => {
  test('every id is read back as what it was written from', () => {
    for (const parts of ALL) expect(parseNodeId(formatNodeId(parts))).toEqual(parts);
    for (const source of ALL) {
      for (const target of ALL) {
        const id = formatEdgeId(formatNodeId(source), formatNodeId(target), 'grpc');
        expect(parseEdgeId(id)).toEqual({ source, target, protocol: 'grpc' });
      }
    }
  });

  test('what is no id is not taken for one', () => {
    for (const id of ['', 'workload', 'workload:', 'workload:a', 'pod:a/b', 'service:a/b/c']) {
      expect(parseNodeId(id)).toBeNull();
    }
    expect(parseEdgeId('workload:a/b>workload:a/c')).toBeNull();
    expect(parseEdgeId('workload:a/b>workload:a/c>udp')).toBeNull();
  });
});

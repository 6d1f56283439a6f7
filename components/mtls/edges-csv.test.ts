import { expect, test } from 'vitest';
import { edgesCsv } from '@/components/mtls/edges-csv';
import type { MtlsEdge } from '@/mesh/mtls/mtls';

const edge: MtlsEdge = {
  id: 'a>b>http',
  source: { id: 'a', label: '=cmd()', namespace: null },
  target: { id: 'b', label: 'b', namespace: 'shop' },
  protocol: 'http',
  rps: null,
  mtls: {
    verdict: 'plaintext',
    reason: 'The client has no proxy, "b" is PERMISSIVE',
    server: { mode: 'PERMISSIVE', decidedBy: null, at: 'default PERMISSIVE' },
    client: null,
    configured: null,
    observedRatio: 0,
    observedPerSecond: 1,
  },
};

test('quotes and commas survive, unknown is empty and zero is zero', () => {
  const [, line] = edgesCsv([edge]).split('\r\n');
  expect(line).toBe(
    `'=cmd(),,b,shop,http,plaintext,"The client has no proxy, ""b"" is PERMISSIVE",,PERMISSIVE,default PERMISSIVE,,,0,`,
  );
});

test('every line has as many fields as the heading', () => {
  const [heading, line] = edgesCsv([{ ...edge, mtls: { ...edge.mtls, reason: 'x' } }]).split(
    '\r\n',
  );
  expect(line?.split(',').length).toBe(heading?.split(',').length);
});

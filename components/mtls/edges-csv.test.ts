import { expect, test } from 'vitest';
import { edgesCsv } from '@/components/mtls/edges-csv';
import { evidenceJson } from '@/components/mtls/mtls-evidence';
import type { MtlsResponse } from '@/contract/mtls';
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
    clientIdentities: [],
    serverIdentities: null,
  },
};
const scope = {
  at: Date.UTC(2026, 0, 2, 3, 4, 5),
  windowSeconds: 300,
  cluster: 'prod',
  scope: [],
  filter: '',
  edgesInScope: 1,
};

test('quotes and commas survive, unknown is empty and zero is zero', () => {
  const [, line] = edgesCsv([edge], scope).split('\r\n');
  expect(line).toBe(
    `'=cmd(),,b,shop,http,plaintext,false,"The client has no proxy, ""b"" is PERMISSIVE",,PERMISSIVE,default PERMISSIVE,,,0,,none,,2026-01-02T03:04:05.000Z,300,prod,all,none,1,1`,
  );
});

test('identities stand apart by spaces, none is told from unknown', () => {
  const fields = (clientIdentities: readonly string[] | null) => {
    const mtls = { ...edge.mtls, reason: 'x', clientIdentities };
    const [heading = '', line = ''] = edgesCsv([{ ...edge, mtls }], scope).split('\r\n');
    return line.split(',')[heading.split(',').indexOf('client_identities')];
  };
  expect(fields(['spiffe://a/ns/n/sa/x', 'spiffe://a/ns/n/sa/y'])).toBe(
    'spiffe://a/ns/n/sa/x spiffe://a/ns/n/sa/y',
  );
  expect(fields([])).toBe('none');
  expect(fields(null)).toBe('');
});

test('every line says what it was listed from, and how much of that is in the file', () => {
  const narrowed = {
    ...scope,
    scope: ['ops', 'shop'],
    filter: 'broken or plaintext, from web to shop',
    edgesInScope: 71,
  };
  const [, line] = edgesCsv([edge], narrowed).split('\r\n');
  expect(line?.endsWith(',prod,ops shop,"broken or plaintext, from web to shop",1,71')).toBe(true);
});

test('every line has as many fields as the heading', () => {
  const plain = { ...edge, mtls: { ...edge.mtls, reason: 'x' } };
  const [heading, line] = edgesCsv([plain], scope).split('\r\n');
  expect(line?.split(',').length).toBe(heading?.split(',').length);
});

test('the JSON says when, over which window and from what, and what was missing or left out', () => {
  const gap = {
    source: 'prometheus' as const,
    kind: 'timeout' as const,
    what: 'request sizes',
    message: 'Prometheus took too long',
    sinceMs: 1,
  };
  const report: MtlsResponse = {
    at: scope.at,
    windowSeconds: 300,
    gaps: [gap],
    scope: ['shop'],
    mesh: {
      mode: { mode: 'STRICT', decidedBy: null, at: 'x' },
      autoMtls: true,
      trustDomain: 'cluster.local',
      trustDomainAliases: [],
      verdict: 'plaintext',
      observedRatio: null,
      observedEdges: 2,
      verdicts: { encrypted: 0, partly: 0, plaintext: 2, unknown: 0, broken: 0 },
    },
    namespaces: [],
    cells: [],
    edges: [edge, { ...edge, id: 'c>d>http' }],
    findings: [],
  };
  const made: unknown = JSON.parse(
    evidenceJson({ cluster: 'prod', report, filter: 'plaintext' }, [edge]),
  );
  expect(made).toMatchObject({
    takenAt: '2026-01-02T03:04:05.000Z',
    windowSeconds: 300,
    cluster: 'prod',
    missing: [{ what: 'request sizes' }],
    scope: ['shop'],
    mesh: { observedRatio: null, observedEdges: 2 },
    filter: 'plaintext',
    edgesListed: 1,
    edgesInScope: 2,
    edges: [
      {
        id: 'a>b>http',
        rps: null,
        enforced: false,
        mtls: { clientIdentities: [], serverIdentities: null },
      },
    ],
  });
});

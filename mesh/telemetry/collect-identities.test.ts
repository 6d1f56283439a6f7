import { describe, expect, test } from 'vitest';
import { aRequest, aSnapshot, aTcp } from '@/mesh/testing/telemetry-builders';
import { mergeIdentities } from '@/mesh/telemetry/collect-identities';
import { mergeReporters } from '@/mesh/telemetry/merge-reporters';
import type { RequestSample, TcpSample } from '@/mesh/telemetry/telemetry';

const A = 'web/a-v1';
const B = 'shop/b-v1';
const HOST = 'b.shop';
const ID_A = 'spiffe://cluster.local/ns/web/sa/a';
const ID_B = 'spiffe://cluster.local/ns/shop/sa/b';
const as = (sourcePrincipal: string | null, destinationPrincipal: string | null) => ({
  sourcePrincipal,
  destinationPrincipal,
});

/** Identities of the only edge that samples make: client, then server. */
function identities(
  requests: readonly RequestSample[],
  tcp: readonly TcpSample[] = [],
): readonly (readonly string[] | null)[] {
  const [edge, ...more] = mergeReporters(aSnapshot({ requests, tcp }));
  if (edge === undefined || more.length > 0) throw new Error('the samples make no single edge');
  return [edge.clientIdentities, edge.serverIdentities];
}

describe('identities of an edge', () => {
  test('both ends, once, although both proxies tell them', () => {
    const told = [
      aRequest('source', A, B, HOST, 5, as(ID_A, ID_B)),
      aRequest('destination', A, B, HOST, 5, as(ID_A, ID_B)),
    ];
    expect(identities(told)).toEqual([[ID_A], [ID_B]]);
  });

  test("the server's side is believed before the client's own word", () => {
    const told = [
      aRequest('source', A, B, HOST, 5, as('spiffe://cluster.local/ns/web/sa/own-word', ID_B)),
      aRequest('destination', A, B, HOST, 5, as(ID_A, null)),
    ];
    expect(identities(told)).toEqual([[ID_A], [ID_B]]);
  });

  test('a workload under two service accounts has both, whatever the order of samples', () => {
    const second = 'spiffe://cluster.local/ns/web/sa/a-next';
    const told = [
      aRequest('destination', A, B, HOST, 1, as(second, ID_B)),
      aRequest('destination', A, B, HOST, 4, as(ID_A, ID_B)),
      aRequest('destination', A, B, HOST, 1, { responseCode: '500', ...as(second, ID_B) }),
    ];
    expect(identities(told)).toEqual([[ID_A, second], [ID_B]]);
    expect(identities([...told].reverse())).toEqual([[ID_A, second], [ID_B]]);
  });

  test('rates do not depend on under how many identities calls were made', () => {
    const [edge] = mergeReporters(
      aSnapshot({
        requests: [
          aRequest('destination', A, B, HOST, 1, as('spiffe://cluster.local/ns/web/sa/x', ID_B)),
          aRequest('destination', A, B, HOST, 4, as(ID_A, ID_B)),
        ],
      }),
    );
    expect(edge?.outcomes).toEqual([
      { responseCode: '200', grpcStatus: null, flags: [], requestsPerSecond: 5 },
    ]);
    expect(edge?.security.mutualTls).toBe(5);
  });

  test('plaintext calls prove nobody, which is not the same as metrics without the label', () => {
    const plain = (principal: string | null) => [
      aRequest('destination', A, B, HOST, 5, { security: 'none', ...as(principal, principal) }),
    ];
    expect(identities(plain('unknown'))).toEqual([[], []]);
    expect(identities(plain(null))).toEqual([null, null]);
  });

  test('of calls that are encrypted in part the identity is that of the part', () => {
    const told = [
      aRequest('destination', A, B, HOST, 5, as(ID_A, ID_B)),
      aRequest('destination', A, B, HOST, 5, { security: 'none', ...as('unknown', 'unknown') }),
    ];
    expect(identities(told)).toEqual([[ID_A], [ID_B]]);
  });

  test('counters that stand still name nobody: they tell who called before the window', () => {
    const told = [
      aRequest('destination', A, B, HOST, 0, as('spiffe://cluster.local/ns/web/sa/gone', ID_B)),
      aRequest('destination', A, B, HOST, 5, as(ID_A, ID_B)),
    ];
    expect(identities(told)).toEqual([[ID_A], [ID_B]]);
  });

  test('a client that no metric names by its workload still has the name in its certificate', () => {
    expect(identities([aRequest('destination', null, B, HOST, 5, as(ID_A, ID_B))])).toEqual([
      [ID_A],
      [ID_B],
    ]);
  });

  test('a waypoint knows the client by its certificate, and of the server nothing', () => {
    expect(identities([aRequest('waypoint', A, B, HOST, 5, as(ID_A, null))])).toEqual([
      [ID_A],
      null,
    ]);
  });

  test('the tunnel around requests of a gateway knows both, of which the gateway says `unknown`', () => {
    const requests = [aRequest('source', A, B, HOST, 10, as('unknown', 'unknown'))];
    const tunnel = aTcp('destination', A, B, HOST, 2, as(ID_A, ID_B));
    expect(identities(requests, [tunnel])).toEqual([[ID_A], [ID_B]]);
  });

  test('TCP that carries bytes over connections opened earlier names its ends', () => {
    const old = { connectionsPerSecond: 0, requestBytesPerSecond: 9, responseBytesPerSecond: 0 };
    const told = aTcp('destination', A, B, HOST, 0, { ...old, ...as(ID_A, ID_B) });
    expect(identities([], [told])).toEqual([[ID_A], [ID_B]]);
    const idle = { ...told, requestBytesPerSecond: 0 };
    expect(identities([], [idle])).toEqual([null, null]);
  });
});

describe('identities of several edges', () => {
  test('each once, in order', () => {
    expect(mergeIdentities([['b', 'a'], ['a'], ['c']])).toEqual(['a', 'b', 'c']);
  });

  test('what one part proves stands beside parts that prove nothing', () => {
    expect(mergeIdentities([['a'], [], null])).toEqual(['a']);
  });

  test('nobody is said to have had no certificate while one part cannot tell', () => {
    expect(mergeIdentities([[], []])).toEqual([]);
    expect(mergeIdentities([[], null])).toBeNull();
    expect(mergeIdentities([null, null])).toBeNull();
    expect(mergeIdentities([])).toBeNull();
  });
});

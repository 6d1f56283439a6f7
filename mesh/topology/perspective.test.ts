import { describe, expect, test } from 'vitest';
import {
  aDestinationRule,
  aService,
  aTopology,
  aTopologyOf,
  aWorkload,
} from '@/mesh/testing/topology-builders';
import { perspectiveOf, perspectivesOf } from '@/mesh/topology/perspective';
import { indexTopology } from '@/mesh/topology/topology-index';

const rule = (name: string) => aDestinationRule('shop', name, { host: 'api' });
const shop = { services: [aService('shop', 'api')], workloads: [aWorkload('shop', 'api-v1')] };
const RULES = 'networking.istio.io/DestinationRule';

function namesSeenFrom(contents: Parameters<typeof aTopologyOf>[0], cluster: string | null) {
  const own = perspectiveOf(indexTopology(aTopologyOf(contents)), cluster);
  return own?.config(RULES).map(({ meta }) => meta.name) ?? null;
}

describe('a perspective', () => {
  test('of one cluster is the topology itself, whatever cluster is asked for', () => {
    const index = indexTopology(aTopology(shop));
    expect(perspectiveOf(index, undefined)).toBe(index);
    expect(perspectiveOf(index, 'elsewhere')).toBe(index);
    expect(perspectivesOf(index)).toEqual([index]);
  });

  test('holds the objects of its own istiod’s cluster only', () => {
    const contents = { east: { config: [rule('e')] }, west: { config: [rule('w')] } };
    expect(namesSeenFrom(contents, 'east')).toEqual(['e']);
    expect(namesSeenFrom(contents, 'west')).toEqual(['w']);
  });

  test('of a remote cluster is its primary’s, whatever objects lie in the remote', () => {
    const contents = {
      east: { config: [rule('e')] },
      west: { config: [rule('w')], primary: 'east' },
    };
    expect(namesSeenFrom(contents, 'west')).toEqual(['e']);
  });

  test('is not guessed: no cluster, one that is not watched, one whose primary is unknown', () => {
    const contents = { east: { config: [rule('e')] }, west: { primary: null } };
    for (const cluster of [null, 'north', 'west']) {
      expect(namesSeenFrom(contents, cluster)).toBeNull();
    }
  });

  test('has the endpoints of all clusters, each taken by the Service of its own', () => {
    const other = { ...aService('shop', 'api'), selector: { app: 'renamed' } };
    const topology = aTopologyOf({
      east: shop,
      west: {
        services: [other],
        workloads: [aWorkload('shop', 'api-v1'), aWorkload('shop', 'new', { app: 'renamed' })],
      },
    });
    const east = perspectiveOf(indexTopology(topology), 'east');
    const service = east?.serviceOfHost('api.shop.svc.cluster.local');
    const behind = service === null || service === undefined ? [] : east?.workloadsOf(service);
    expect(behind?.map(({ name, cluster }) => `${name}@${cluster ?? ''}`)).toEqual([
      'api-v1@east',
      'new@west',
    ]);
  });

  test('governs the workloads of its own clusters, not those that it only knows as endpoints', () => {
    const index = indexTopology(
      aTopologyOf({ east: shop, west: shop, far: { ...shop, primary: 'west' } }),
    );
    const clusters = perspectiveOf(index, 'west')
      ?.workloadsIn('shop')
      .map(({ cluster }) => cluster);
    expect(clusters).toEqual(['west', 'far']);
  });
});

import { describe, expect, test } from 'vitest';
import { hostMatches, hostWithoutPort, parseServiceHost, resolveHost } from '@/mesh/topology/hosts';

describe('hosts', () => {
  test('only names without dots are completed, with the namespace of the object', () => {
    expect(resolveHost('reviews', 'bookinfo', 'cluster.local')).toBe(
      'reviews.bookinfo.svc.cluster.local',
    );
    expect(resolveHost('reviews.other', 'bookinfo', 'cluster.local')).toBe('reviews.other');
    expect(resolveHost('API.example.com.', 'bookinfo', 'cluster.local')).toBe('api.example.com');
    expect(resolveHost('*', 'bookinfo', 'cluster.local')).toBe('*');
  });

  test('a wildcard covers what lies below it, not its own suffix', () => {
    expect(hostMatches('*.example.com', 'a.example.com')).toBe(true);
    expect(hostMatches('*.example.com', 'a.b.example.com')).toBe(true);
    expect(hostMatches('*.example.com', 'example.com')).toBe(false);
    expect(hostMatches('*', 'anything')).toBe(true);
  });

  test('only Services of this cluster domain are read as Services', () => {
    expect(parseServiceHost('a.b.svc.cluster.local', 'cluster.local')).toEqual({
      name: 'a',
      namespace: 'b',
    });
    expect(parseServiceHost('a.b.svc.other.domain', 'cluster.local')).toBeNull();
    expect(parseServiceHost('example.com', 'cluster.local')).toBeNull();
  });

  test('a port is cut off', () => {
    expect(hostWithoutPort('Reviews:9080')).toBe('reviews');
    expect(hostWithoutPort('reviews')).toBe('reviews');
  });
});

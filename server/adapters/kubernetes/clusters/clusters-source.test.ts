import { describe, expect, test, vi } from 'vitest';
import { fail, ok } from '@/mesh/result';
import type { ConfigObject, ObjectRef } from '@/mesh/topology/object';
import type { Topology } from '@/mesh/topology/topology';
import {
  aNamespace,
  aService,
  aTopology,
  aVirtualService,
  aWorkload,
} from '@/mesh/testing/topology-builders';
import { AbsentCluster } from '@/server/adapters/kubernetes/absent-cluster';
import type { ClusterIdentity } from '@/server/adapters/kubernetes/cluster-identity';
import { ClustersSource } from '@/server/adapters/kubernetes/clusters/clusters-source';
import { defaultMeshConfig } from '@/server/adapters/kubernetes/to-mesh-config';
import { sourceError } from '@/server/errors';
import type { AccountAccess, SourceState, WritePermission } from '@/server/ports';

const down = sourceError(
  'kubernetes',
  'unreachable',
  'The Kubernetes API server cannot be reached',
);
const signal = new AbortController().signal;

/** A cluster whose every part a test sets; it answers with what it was asked. */
class ScriptedCluster extends AbsentCluster {
  picture: Topology;
  own: ClusterIdentity;
  health: SourceState['state'] = 'ok';
  readonly asked: ObjectRef[] = [];

  constructor(clusterId: string | null, parts: Parameters<typeof aTopology>[0] = {}) {
    super(down, 'istio-system');
    this.picture = aTopology(parts);
    this.own = { hasIstiod: clusterId !== null, clusterId };
  }

  override topology = () => this.picture;
  override isSynced = () => this.health === 'ok';
  override identity = () => this.own;
  override gaps = () => (this.health === 'ok' ? [] : super.gaps());
  override state = (): SourceState => ({
    source: 'kubernetes',
    state: this.health,
    message: this.health === 'ok' ? null : down.message,
    sinceMs: 1,
  });

  permissions: () => Promise<readonly WritePermission[]> = async () => Promise.resolve([]);

  override as(): AccountAccess {
    const writePermissions = async () => this.permissions();
    return Object.assign(super.as(), { getObject: this.getObject, writePermissions });
  }

  private readonly getObject = async (ref: ObjectRef) => {
    this.asked.push(ref);
    return Promise.resolve(this.health === 'ok' ? ok({ raw: {}, config: aRoute() }) : fail(down));
  };
}

function aRoute(): ConfigObject {
  return aVirtualService('shop', 'api', { hosts: ['api'] });
}

const shop = {
  services: [aService('shop', 'api')],
  workloads: [aWorkload('shop', 'api-v1')],
  config: [aRoute()],
};

function together(...sources: readonly ScriptedCluster[]): ClustersSource {
  const members = sources.map((source, at) => {
    return { context: `context-${at}`, fileName: null, source };
  });
  const clock = { now: () => Date.now() };
  return new ClustersSource(members, 'istio-system', defaultMeshConfig('istio-system'), clock);
}

/** Calls with Fanari's own rights. */
const own = (source: ClustersSource) => source.as({ kind: 'own' });

const ref = {
  group: 'networking.istio.io',
  kind: 'VirtualService',
  namespace: 'shop',
  name: 'api',
};

describe('several clusters as one source', () => {
  test('workloads and objects carry their cluster; Services of one name are one', () => {
    const topology = together(
      new ScriptedCluster('east', shop),
      new ScriptedCluster('west', shop),
    ).topology();
    expect([...topology.workloads.keys()]).toEqual(['shop/api-v1@east', 'shop/api-v1@west']);
    expect(topology.services.get('shop/api')?.members?.map(({ cluster }) => cluster)).toEqual([
      'east',
      'west',
    ]);
    const routes = topology.config.get('networking.istio.io/VirtualService');
    expect(routes?.map(({ cluster }) => cluster)).toEqual(['east', 'west']);
  });

  test('a change in one cluster makes nothing of the others anew', () => {
    const [east, west] = [new ScriptedCluster('east', shop), new ScriptedCluster('west', shop)];
    const source = together(east, west);
    const before = source.topology();
    expect(source.topology()).toBe(before);
    west.picture = { ...west.picture, revision: 2, workloads: new Map() };
    const after = source.topology();
    expect(after.revision).toBeGreaterThan(before.revision);
    expect(after.workloads.get('shop/api-v1@east')).toBe(before.workloads.get('shop/api-v1@east'));
    expect(after.workloads.has('shop/api-v1@west')).toBe(false);
  });

  test('a cluster that was never read leaves the picture of the others, and says so itself', () => {
    const unread = new ScriptedCluster(null);
    unread.picture = { ...unread.picture, revision: 0 };
    unread.health = 'failing';
    unread.own = { hasIstiod: null, clusterId: null };
    const source = together(new ScriptedCluster('east', shop), unread);
    expect([...(source.topology().clusters?.keys() ?? [])]).toEqual(['east']);
    expect(source.isSynced()).toBe(true);
    expect(source.state().state).toBe('ok');
    expect(source.gaps().map(({ cluster, kind }) => [cluster, kind])).toEqual([
      ['context-1', 'unreachable'],
    ]);
    expect(
      source.clusters().map(({ name, readAtMs, state }) => [name, readAtMs, state.state]),
    ).toEqual([
      ['east', 1_000_000, 'ok'],
      ['context-1', null, 'failing'],
    ]);
  });

  test('a cluster that goes down keeps its last picture', () => {
    const west = new ScriptedCluster('west', shop);
    const source = together(new ScriptedCluster('east', shop), west);
    const before = source.topology();
    west.health = 'failing';
    expect(source.topology()).toBe(before);
    expect(source.gaps()[0]).toMatchObject({ cluster: 'west', source: 'kubernetes' });
    expect(source.gaps()[0]?.message).toContain('west');
  });

  test('a request goes to the cluster that its ref names, without that name, and to no other', async () => {
    const [east, west] = [new ScriptedCluster('east', shop), new ScriptedCluster('west', shop)];
    const source = together(east, west);
    const answer = await own(source).getObject({ ...ref, cluster: 'west' }, { signal });
    expect(answer.ok && answer.value.config.cluster).toBe('west');
    expect(west.asked).toEqual([ref]);
    expect(east.asked).toEqual([]);
  });

  test.each([undefined, 'north', ''])(
    'a ref of cluster %j is refused, and not as an object that is gone',
    async (cluster) => {
      const [east, west] = [new ScriptedCluster('east', shop), new ScriptedCluster('west', shop)];
      const source = together(east, west);
      const wanted = cluster === undefined ? ref : { ...ref, cluster };
      const answer = await own(source).getObject(wanted, { signal });
      expect(answer.ok ? null : answer.error.kind).toBe('not-configured');
      const patch = { ref: wanted, apiVersion: 'v1', patch: [], dryRun: false };
      expect((await own(source).patchObject(patch, { signal })).ok).toBe(false);
      expect([...east.asked, ...west.asked]).toEqual([]);
      expect(source.servedVersion('networking.istio.io/VirtualService', cluster)).toBeNull();
    },
  );

  test('two clusters of one name are told apart by their contexts, and that is said', () => {
    const source = together(
      new ScriptedCluster('Kubernetes', shop),
      new ScriptedCluster('Kubernetes', shop),
    );
    expect(
      source.clusters().map(({ name, isNamedAsInMetrics }) => [name, isNamedAsInMetrics]),
    ).toEqual([
      ['context-0', false],
      ['context-1', false],
    ]);
    expect(source.gaps()).toHaveLength(2);
    expect(source.gaps()[0]?.message).toContain('metrics call it Kubernetes');
  });

  test('a cluster without istiod is configured by the only primary, and by nobody known when there are two', () => {
    const remote = () => {
      const source = new ScriptedCluster('remote', shop);
      source.own = { hasIstiod: false, clusterId: 'remote' };
      return source;
    };
    const primaryOf = (source: ClustersSource) =>
      source.clusters().find(({ name }) => name === 'remote')?.primary;
    expect(primaryOf(together(new ScriptedCluster('east'), remote()))).toBe('east');
    const two = [new ScriptedCluster('east'), new ScriptedCluster('west')];
    expect(primaryOf(together(...two, remote()))).toBeNull();
    const named = remote();
    const namespace = aNamespace('istio-system');
    named.picture = aTopology({
      namespaces: [{ ...namespace, controlPlaneClusters: ['west'] }],
    });
    expect(primaryOf(together(...two, named))).toBe('west');
  });

  test('a cluster whose Deployments cannot all be read is no remote: it may have an istiod', () => {
    const unclear = new ScriptedCluster('west');
    unclear.own = { hasIstiod: null, clusterId: 'west' };
    const source = together(new ScriptedCluster('east'), unclear);
    expect(source.clusters()[1]?.primary).toBeNull();
  });

  test('what one cluster lets Fanari write is not waited for without end', async () => {
    vi.useFakeTimers();
    const [east, west] = [new ScriptedCluster('east'), new ScriptedCluster('west')];
    const allowed = { group: '', kind: 'Service', verb: 'create', allowed: true } as const;
    east.permissions = async () => Promise.resolve([allowed]);
    west.permissions = async () => new Promise(() => undefined);
    const reading = own(together(east, west)).writePermissions(aTopology(), { signal });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await reading).toEqual([{ cluster: 'east', ...allowed }]);
    vi.useRealTimers();
  });
});

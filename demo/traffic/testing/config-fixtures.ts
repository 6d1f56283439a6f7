import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { readMesh } from '@/demo/traffic/model/read-mesh';
import type { MeshModel } from '@/demo/traffic/model/mesh-model';
import { FakeCluster } from '@/demo/traffic/testing/fake-cluster';

/** The model that these objects make. */
export function modelOf(...objects: readonly KubernetesObject[]): MeshModel {
  return readMesh(new FakeCluster(objects));
}

/** An object of any kind; `age` orders creation: a smaller one is older. */
export function configObject(
  apiVersion: string,
  kind: string,
  place: string,
  spec: unknown,
  age = 0,
): KubernetesObject {
  const [namespace = '', name = ''] = place.split('/');
  const creationTimestamp = new Date(Date.UTC(2026, 0, 1 + age)).toISOString();
  return { apiVersion, kind, metadata: { namespace, name, creationTimestamp }, spec };
}

import type { ClusterReader, KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { arrayOf, numberOf, objectOf, readPath, stringMapOf } from '@/demo/kubernetes/json';

/** A cluster for tests: objects as given, and the pods that Deployments would have, injected where the namespace says so. */
export class FakeCluster implements ClusterReader {
  private objects: KubernetesObject[];
  private readonly listeners = new Set<() => void>();

  constructor(objects: readonly KubernetesObject[]) {
    this.objects = [...objects];
  }

  list(group: string, kind: string): readonly KubernetesObject[] {
    if (group === '' && kind === 'Pod') return this.pods();
    return this.objects.filter((object) => {
      const slash = object.apiVersion.indexOf('/');
      return object.kind === kind && (slash < 0 ? '' : object.apiVersion.slice(0, slash)) === group;
    });
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Adds an object, or puts it in the place of the one with its kind, namespace and name. */
  put(object: KubernetesObject): void {
    this.remove(object.kind, object.metadata.namespace ?? '', object.metadata.name);
    this.objects.push(object);
    this.listeners.forEach((listener) => listener());
  }

  remove(kind: string, namespace: string, name: string): void {
    this.objects = this.objects.filter(
      ({ kind: itsKind, metadata }) =>
        itsKind !== kind || (metadata.namespace ?? '') !== namespace || metadata.name !== name,
    );
    this.listeners.forEach((listener) => listener());
  }

  private pods(): KubernetesObject[] {
    const explicit = this.objects.filter(({ kind }) => kind === 'Pod');
    const deployments = this.objects.filter(({ kind }) => kind === 'Deployment');
    return [...explicit, ...deployments.flatMap((deployment) => this.podsOf(deployment))];
  }

  private podsOf(deployment: KubernetesObject): KubernetesObject[] {
    const { name } = deployment.metadata;
    const namespace = deployment.metadata.namespace ?? 'default';
    const template = objectOf(readPath(deployment, 'spec', 'template'));
    const labels = stringMapOf(readPath(template, 'metadata', 'labels'));
    const containers = [...arrayOf(readPath(template, 'spec', 'containers'))];
    if (this.injects(namespace, labels)) containers.push({ name: 'istio-proxy' });
    return Array.from(
      { length: numberOf(readPath(deployment, 'spec', 'replicas'), 1) },
      (_, index) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: `${name}-7d4b9-${String(index)}`,
          namespace,
          labels: { ...labels, 'pod-template-hash': '7d4b9' },
          annotations: stringMapOf(readPath(template, 'metadata', 'annotations')),
          ownerReferences: [
            {
              apiVersion: 'apps/v1',
              kind: 'ReplicaSet',
              name: `${name}-7d4b9`,
              uid: 'u',
              controller: true,
            },
          ],
        },
        spec: { ...objectOf(template['spec']), containers },
        status: {
          phase: 'Running',
          podIP: `10.1.0.${String(index)}`,
          conditions: [{ type: 'Ready', status: 'True' }],
        },
      }),
    );
  }

  private injects(namespace: string, labels: Record<string, string>): boolean {
    const object = this.objects.find(
      ({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace,
    );
    const isOn = object?.metadata.labels?.['istio-injection'] === 'enabled';
    return isOn && labels['sidecar.istio.io/inject'] !== 'false';
  }
}

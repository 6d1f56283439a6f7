import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import type { ApplicationModel } from '@/demo/traffic/behaviour';

/** A mesh to simulate: the objects to create, in order, and how its applications act. */
export interface Scenario {
  readonly objects: readonly KubernetesObject[];
  readonly application: ApplicationModel;
}

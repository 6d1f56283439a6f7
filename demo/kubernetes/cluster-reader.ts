/** Any Kubernetes object, as JSON. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: {
      apiVersion: string;
      kind: string;
      name: string;
      uid: string;
      controller?: boolean;
      blockOwnerDeletion?: boolean;
    }[];
    managedFields?: unknown[];
    finalizers?: string[];
    generateName?: string;
  };
  [key: string]: unknown;
}

/**
 * What the traffic engine needs of a cluster, so that it can read the embedded store or a real API server alike.
 */
export interface ClusterReader {
  /** All objects of one kind, e.g. `list('networking.istio.io', 'VirtualService')`; empty when the kind is not served. */
  list(group: string, kind: string): readonly KubernetesObject[];
  /** Calls `listener` after any change of any object that {@link list} can return; returns the unsubscribe. */
  onChange(listener: () => void): () => void;
}

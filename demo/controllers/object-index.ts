import type { KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import type { StoreEvent } from '@/demo/kubernetes/watch-history';

type Group = Map<string, KubernetesObject>;

function put(
  index: Map<string, Group>,
  group: string,
  key: string,
  object: KubernetesObject,
): void {
  const entries = index.get(group) ?? new Map<string, KubernetesObject>();
  index.set(group, entries.set(key, object));
}

function drop(index: Map<string, Group>, group: string, key: string): void {
  const entries = index.get(group);
  entries?.delete(key);
  if (entries?.size === 0) index.delete(group);
}

function keyOf(collection: string, object: KubernetesObject): string {
  return `${collection}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

/** Finds objects by owner and by namespace without scanning the store. Kept up to date from store events. */
export class ObjectIndex {
  readonly #byOwner = new Map<string, Group>();
  readonly #byNamespace = new Map<string, Group>();
  readonly #uids = new Set<string>();

  apply(event: StoreEvent): void {
    if (event.previous !== null) this.#remove(event.collection, event.previous);
    if (event.type !== 'DELETED') this.add(event.collection, event.object);
  }

  add(collection: string, object: KubernetesObject): void {
    const key = keyOf(collection, object);
    this.#uids.add(object.metadata.uid ?? '');
    for (const owner of object.metadata.ownerReferences ?? []) {
      put(this.#byOwner, owner.uid, key, object);
    }
    put(this.#byNamespace, `${collection}/${object.metadata.namespace ?? ''}`, key, object);
  }

  /** Objects with an owner reference to this uid. */
  ownedBy(uid: string): readonly KubernetesObject[] {
    return [...(this.#byOwner.get(uid)?.values() ?? [])];
  }

  /** Objects of one collection (`group/Kind`) in one namespace. */
  inNamespace(collection: string, namespace: string): readonly KubernetesObject[] {
    return [...(this.#byNamespace.get(`${collection}/${namespace}`)?.values() ?? [])];
  }

  /** Every object of a namespace, whatever its kind. */
  allInNamespace(namespace: string): readonly KubernetesObject[] {
    const suffix = `/${namespace}`;
    return [...this.#byNamespace].flatMap(([group, entries]) =>
      group.endsWith(suffix) && group.split('/').length === 3 ? [...entries.values()] : [],
    );
  }

  exists(uid: string): boolean {
    return this.#uids.has(uid);
  }

  #remove(collection: string, object: KubernetesObject): void {
    const key = keyOf(collection, object);
    this.#uids.delete(object.metadata.uid ?? '');
    for (const owner of object.metadata.ownerReferences ?? []) drop(this.#byOwner, owner.uid, key);
    drop(this.#byNamespace, `${collection}/${object.metadata.namespace ?? ''}`, key);
  }
}

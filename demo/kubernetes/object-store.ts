import type { ClusterReader, KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import { STALE_OBJECT, alreadyExists, conflict, notFound } from '@/demo/kubernetes/api-error';
import { withDefaults } from '@/demo/kubernetes/object-defaults';
import { isObject, jsonEqual, without } from '@/demo/kubernetes/json';
import { apiVersionOf, groupOf, storageVersion } from '@/demo/kubernetes/resource-type';
import type { ResourceType } from '@/demo/kubernetes/resource-type';
import { typeOfKind } from '@/demo/kubernetes/served-types';
import { WatchHistory } from '@/demo/kubernetes/watch-history';
import type { StoreEvent } from '@/demo/kubernetes/watch-history';

/** What makes a store repeatable. */
export interface ObjectStoreOptions {
  /** Time of creation and deletion stamps. */
  readonly now?: () => Date;
  /** Source of uids and name suffixes, 0 (inclusive) to 1 (exclusive). */
  readonly random?: () => number;
  /** How many changes a watch may look back; default 20000. */
  readonly historyLimit?: number;
}

const FIRST_VERSION = 1000;
const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function collectionOf(type: ResourceType): string {
  return `${type.group}/${type.kind}`;
}

/**
 * Every object of the embedded cluster, in memory, at its storage version. Objects are immutable values: each change
 * replaces the object and gives it a new `resourceVersion`. Listeners run synchronously after the change. Methods that
 * write throw `ApiError` with the Status that the API server would answer; kinds that are not served throw `Error`.
 */
export class ObjectStore implements ClusterReader {
  readonly #collections = new Map<string, Map<string, KubernetesObject>>();
  readonly #lists = new Map<string, readonly KubernetesObject[]>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  readonly #history: WatchHistory;
  readonly #now: () => Date;
  readonly #random: () => number;
  readonly #mutators: ((object: KubernetesObject) => KubernetesObject)[] = [];
  #resourceVersion = FIRST_VERSION;

  /** Whether something removes pods that are marked as deleted; without it they are removed at once. */
  hasKubelet = false;

  constructor(options: ObjectStoreOptions = {}) {
    this.#now = options.now ?? (() => new Date());
    this.#random = options.random ?? Math.random;
    this.#history = new WatchHistory(options.historyLimit ?? 20_000, FIRST_VERSION);
  }

  /** The version of the newest change. */
  get resourceVersion(): number {
    return this.#resourceVersion;
  }

  get history(): WatchHistory {
    return this.#history;
  }

  list(group: string, kind: string): readonly KubernetesObject[] {
    const collection = `${group}/${kind}`;
    const known = this.#lists.get(collection);
    if (known !== undefined) return known;
    const entries = [...(this.#collections.get(collection) ?? new Map<string, KubernetesObject>())];
    entries.sort(([left], [right]) => (left < right ? -1 : 1));
    const objects = entries.map(([, object]) => object);
    this.#lists.set(collection, objects);
    return objects;
  }

  /** One object; `null` when there is none. `namespace` is ignored for cluster-scoped kinds. */
  get(group: string, kind: string, namespace: string, name: string): KubernetesObject | null {
    const scope = typeOfKind(group, kind)?.namespaced === false ? '' : namespace;
    return this.#collections.get(`${group}/${kind}`)?.get(keyOf(scope, name)) ?? null;
  }

  onChange(listener: () => void): () => void {
    return this.onEvent(() => listener());
  }

  /** Calls `listener` with every change, synchronously and in order; returns the unsubscribe. */
  onEvent(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stores a new object: fills name (from `generateName`), uid, creation time, version, generation and defaults. */
  create(object: KubernetesObject): KubernetesObject {
    const type = this.#typeOf(object);
    const next = this.prepareCreate(object);
    if (this.get(type.group, type.kind, next.metadata.namespace ?? '', next.metadata.name)) {
      throw alreadyExists(type, next.metadata.name);
    }
    return this.#put('ADDED', type, next, null);
  }

  /** What {@link create} would store, without storing it and without a resource version. */
  prepareCreate(object: KubernetesObject): KubernetesObject {
    const type = this.#typeOf(object);
    const { metadata } = object;
    const prefix = metadata.generateName ?? '';
    const generated = prefix === '' ? '' : `${prefix}${this.randomSuffix(5)}`;
    const { resourceVersion: _version, namespace, ...rest } = metadata;
    const named: KubernetesObject = {
      ...object,
      apiVersion: apiVersionOf(type.group, storageVersion(type)),
      metadata: {
        ...rest,
        name: metadata.name || generated,
        ...(type.namespaced ? { namespace: namespace ?? 'default' } : {}),
        uid: metadata.uid ?? this.#uid(),
        creationTimestamp: metadata.creationTimestamp ?? this.timestamp(),
        ...(type.generation ? { generation: metadata.generation ?? 1 } : {}),
      },
    };
    return withDefaults(this.#mutators.reduce((current, mutate) => mutate(current), named));
  }

  /** Has every new object pass through `mutate`, as a mutating admission webhook would; returns the removal. */
  onCreate(mutate: (object: KubernetesObject) => KubernetesObject): () => void {
    this.#mutators.push(mutate);
    return () => {
      this.#mutators.splice(this.#mutators.indexOf(mutate), 1);
    };
  }

  /**
   * Replaces an object. When it carries a `resourceVersion`, that must be the current one. The generation grows when
   * anything but metadata and status changed. Without any change the stored object is returned and nobody is told.
   */
  update(object: KubernetesObject): KubernetesObject {
    const type = this.#typeOf(object);
    const current = this.#existing(type, object);
    const next = this.prepareUpdate(object);
    if (jsonEqual(next, current)) return current;
    const isReleased = hasFinalizers(current) && !hasFinalizers(next);
    if (isReleased && next.metadata.deletionTimestamp !== undefined) return this.#drop(type, next);
    return this.#put('MODIFIED', type, next, current);
  }

  /** What {@link update} would store, without storing it; carries the current resource version. */
  prepareUpdate(object: KubernetesObject): KubernetesObject {
    const type = this.#typeOf(object);
    const current = this.#existing(type, object);
    const expected = object.metadata.resourceVersion ?? '';
    if (expected !== '' && expected !== current.metadata.resourceVersion) {
      throw conflict(type, object.metadata.name, STALE_OBJECT);
    }
    const named: KubernetesObject = {
      ...object,
      apiVersion: current.apiVersion,
      metadata: { ...object.metadata, ...immutableMetadata(current) },
    };
    // Most writes of controllers are of the status only, and the spec they carry has its defaults.
    const isSpecUntouched = named['spec'] !== undefined && named['spec'] === current['spec'];
    const next = isSpecUntouched ? named : withDefaults(named);
    if (!type.generation || sameDesiredState(next, current)) return next;
    const generation = (current.metadata.generation ?? 0) + 1;
    return { ...next, metadata: { ...next.metadata, generation } };
  }

  /** Replaces an object by what `change` makes of it; `null` from `change` or a missing object does nothing. */
  modify(
    group: string,
    kind: string,
    namespace: string,
    name: string,
    change: (object: KubernetesObject) => KubernetesObject | null,
  ): KubernetesObject | null {
    const current = this.get(group, kind, namespace, name);
    const next = current === null ? null : change(current);
    return next === null ? null : this.update(next);
  }

  /** Creates the object, or replaces the one of the same name whatever its version: for scenario loaders. */
  apply(object: KubernetesObject): KubernetesObject {
    const type = this.#typeOf(object);
    const current = this.get(
      type.group,
      type.kind,
      object.metadata.namespace ?? 'default',
      object.metadata.name,
    );
    if (current === null) return this.create(object);
    const { resourceVersion: _version, ...metadata } = object.metadata;
    return this.update({ ...object, metadata });
  }

  /**
   * Deletes an object. With finalizers, or when `graceful` is set, it is only marked with a deletion time; whoever owns
   * the finalizer or the pod removes it later. Returns the last state.
   */
  delete(
    group: string,
    kind: string,
    namespace: string,
    name: string,
    options: { readonly graceSeconds?: number; readonly foreground?: boolean } = {},
  ): KubernetesObject {
    const type = typeOfKind(group, kind);
    const found = this.get(group, kind, namespace, name);
    if (type === null || found === null) {
      throw notFound(type ?? { group, kind, resource: kind.toLowerCase() }, name);
    }
    const current = options.foreground === true ? withForegroundFinalizer(found) : found;
    const graceSeconds = options.graceSeconds ?? 0;
    if (graceSeconds === 0 && !hasFinalizers(current)) return this.#drop(type, current);
    if (current.metadata.deletionTimestamp !== undefined) return current;
    const marked = {
      ...current,
      ...(kind === 'Namespace' ? { status: { phase: 'Terminating' } } : {}),
      metadata: {
        ...current.metadata,
        deletionTimestamp: this.timestamp(graceSeconds),
        deletionGracePeriodSeconds: graceSeconds,
      },
    };
    return this.#put('MODIFIED', type, marked, current);
  }

  /** Takes the owner reference to `owner` from everything that has one. */
  orphanDependents(owner: KubernetesObject): void {
    for (const object of [...this.#collections.values()].flatMap((objects) => [
      ...objects.values(),
    ])) {
      const owners = object.metadata.ownerReferences ?? [];
      const rest = owners.filter((reference) => reference.uid !== owner.metadata.uid);
      if (rest.length === owners.length) continue;
      this.update({ ...object, metadata: { ...object.metadata, ownerReferences: rest } });
    }
  }

  /** The current time, or one some seconds later, as Kubernetes writes it. */
  timestamp(afterSeconds = 0): string {
    const time = new Date(this.#now().getTime() + afterSeconds * 1000);
    return `${time.toISOString().slice(0, 19)}Z`;
  }

  /** A name suffix in the alphabet that Kubernetes uses. */
  randomSuffix(length: number): string {
    const letter = () => NAME_ALPHABET[Math.floor(this.#random() * NAME_ALPHABET.length)] ?? 'x';
    return Array.from({ length }, letter).join('');
  }

  #uid(): string {
    const words = Array.from({ length: 4 }, () =>
      Math.floor(this.#random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    );
    const hex = words.join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  #typeOf(object: KubernetesObject): ResourceType {
    const type = typeOfKind(groupOf(object.apiVersion), object.kind);
    if (type !== null) return type;
    throw new Error(`kind ${object.kind} of ${object.apiVersion} is not served`);
  }

  #existing(type: ResourceType, object: KubernetesObject): KubernetesObject {
    const { namespace, name } = object.metadata;
    const current = this.get(type.group, type.kind, namespace ?? 'default', name);
    if (current === null) throw notFound(type, name);
    return current;
  }

  #put(
    change: 'ADDED' | 'MODIFIED',
    type: ResourceType,
    object: KubernetesObject,
    previous: KubernetesObject | null,
  ): KubernetesObject {
    const stored = this.#stamp(object);
    const collection = collectionOf(type);
    const objects = this.#collections.get(collection) ?? new Map<string, KubernetesObject>();
    this.#collections.set(collection, objects);
    objects.set(keyOf(stored.metadata.namespace ?? '', stored.metadata.name), stored);
    this.#publish(change, collection, stored, previous);
    return stored;
  }

  #drop(type: ResourceType, object: KubernetesObject): KubernetesObject {
    const collection = collectionOf(type);
    const objects = this.#collections.get(collection);
    const key = keyOf(object.metadata.namespace ?? '', object.metadata.name);
    const previous = objects?.get(key) ?? null;
    const last = this.#stamp(object);
    objects?.delete(key);
    this.#publish('DELETED', collection, last, previous);
    return last;
  }

  #stamp(object: KubernetesObject): KubernetesObject {
    this.#resourceVersion += 1;
    const resourceVersion = String(this.#resourceVersion);
    return { ...object, metadata: { ...object.metadata, resourceVersion } };
  }

  #publish(
    type: StoreEvent['type'],
    collection: string,
    object: KubernetesObject,
    previous: KubernetesObject | null,
  ): void {
    this.#lists.delete(collection);
    const event = { type, resourceVersion: this.#resourceVersion, collection, object, previous };
    this.#history.add(event);
    for (const listener of [...this.#listeners]) listener(event);
  }
}

function hasFinalizers(object: KubernetesObject): boolean {
  const inSpec = object.kind === 'Namespace' && isObject(object['spec']) ? object['spec'] : {};
  const finalizers = inSpec['finalizers'];
  const held = Array.isArray(finalizers) && finalizers.length > 0;
  return held || (object.metadata.finalizers ?? []).length > 0;
}

function withForegroundFinalizer(object: KubernetesObject): KubernetesObject {
  const finalizers = [...new Set([...(object.metadata.finalizers ?? []), 'foregroundDeletion'])];
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

function immutableMetadata(current: KubernetesObject): Partial<KubernetesObject['metadata']> {
  const { uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, namespace } =
    current.metadata;
  const kept = {
    uid,
    resourceVersion,
    generation,
    creationTimestamp,
    deletionTimestamp,
    namespace,
  };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
}

function sameDesiredState(left: KubernetesObject, right: KubernetesObject): boolean {
  return jsonEqual(
    without(left, 'metadata', 'status', 'apiVersion'),
    without(right, 'metadata', 'status', 'apiVersion'),
  );
}

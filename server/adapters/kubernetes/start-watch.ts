import type { JsonObject } from '@/mesh/json';
import type { KubernetesClient } from '@/server/adapters/kubernetes/client';
import type { ServedKind } from '@/server/adapters/kubernetes/discovery';
import { JoinedWatch } from '@/server/adapters/kubernetes/joined-watch';
import { KindWatch } from '@/server/adapters/kubernetes/kind-watch';
import type { KindState, KindWatchOptions } from '@/server/adapters/kubernetes/kind-watch-options';
import { Limiter } from '@/server/adapters/kubernetes/limiter';
import { NamespaceReads } from '@/server/adapters/kubernetes/namespace-reads';
import type { NamespaceLimit } from '@/server/adapters/kubernetes/namespace-limit';

/** Lists of single namespaces that are read at the same time. */
const LISTS_AT_ONCE = 16;

/** What {@link WatchStarter} needs from outside. */
export interface WatchStarterOptions<Item> {
  readonly client: KubernetesClient;
  readonly istioNamespace: string;
  readonly limit: NamespaceLimit;
  readonly toItem: (kind: ServedKind, object: JsonObject) => Item | null;
  readonly onChange: (kind: ServedKind) => void;
  readonly onRestart: (kind: string, reason: string) => void;
  readonly random: () => number;
  readonly now: () => number;
}

/** Starts what keeps the objects of a kind: one watch of the cluster, or one for each namespace that it is limited to. */
export class WatchStarter<Item> {
  private readonly limiter = new Limiter(LISTS_AT_ONCE);

  constructor(private readonly options: WatchStarterOptions<Item>) {}

  /** `before`: what kept the kind in another version; its objects stay until they are listed anew. */
  start(kind: ServedKind, before: KindState<Item> | null): KindState<Item> {
    const { limit, client, istioNamespace } = this.options;
    const isMeshConfig = kind.role === 'mesh-config';
    if (!limit.isLimited) {
      const watch = new KindWatch<Item>(
        {
          ...this.common(kind),
          namespace: isMeshConfig ? istioNamespace : '',
          fallbackNamespace: client.contextNamespace(),
          limiter: null,
        },
        before instanceof KindWatch ? (before as KindWatch<Item>) : null,
      );
      void watch.run();
      return watch;
    }
    return kind.role === 'namespace' ? this.readNamespaces(kind) : this.join(kind, before);
  }

  private readNamespaces(kind: ServedKind): KindState<Item> {
    const { client, limit, random, now } = this.options;
    const { toItem, onChange } = this.common(kind);
    const { limiter } = this;
    const names = limit.namespaces;
    const reads = new NamespaceReads<Item>({
      ...{ client, kind, names, toItem, onChange, limiter, random, now },
    });
    void reads.run();
    return reads;
  }

  private join(kind: ServedKind, before: KindState<Item> | null): KindState<Item> {
    const known = before instanceof JoinedWatch ? (before as JoinedWatch<Item>) : null;
    const watches = new Map<string, KindWatch<Item>>();
    for (const namespace of this.options.limit.namespacesOf(kind)) {
      const watch = new KindWatch<Item>(
        { ...this.common(kind), namespace, fallbackNamespace: null, limiter: this.limiter },
        known?.watchIn(namespace) ?? null,
      );
      watches.set(namespace, watch);
      void watch.run();
    }
    return new JoinedWatch(watches);
  }

  private common(
    kind: ServedKind,
  ): Omit<KindWatchOptions<Item>, 'namespace' | 'fallbackNamespace' | 'limiter'> {
    const { client, toItem, onChange, onRestart, random, now } = this.options;
    return {
      client,
      kind,
      fieldSelector: kind.role === 'mesh-config' ? 'metadata.name=istio' : null,
      toItem: (object) => toItem(kind, object),
      onChange: () => onChange(kind),
      onRestart: (reason) => onRestart(kind.kind, reason),
      random,
      now,
    };
  }
}

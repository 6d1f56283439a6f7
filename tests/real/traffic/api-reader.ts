import type { ClusterReader, KubernetesObject } from '@/demo/kubernetes/cluster-reader';
import type { ApiClient, WatchEvent } from '@/tests/real/cluster/api-client';

/** All that the traffic engine reads: path of the collection, group and kind. */
const COLLECTIONS = [
  ['/api/v1/configmaps', '', 'ConfigMap'],
  ['/api/v1/pods', '', 'Pod'],
  ['/api/v1/services', '', 'Service'],
  ...['ServiceEntry', 'VirtualService', 'DestinationRule', 'Sidecar', 'Gateway'].map((kind) =>
    collection('networking.istio.io/v1', kind),
  ),
  ...['PeerAuthentication', 'AuthorizationPolicy'].map((kind) =>
    collection('security.istio.io/v1', kind),
  ),
  ...['HTTPRoute', 'GRPCRoute', 'TCPRoute'].map((kind) =>
    collection('gateway.networking.k8s.io/v1', kind),
  ),
] as const;

type Collection = readonly [path: string, group: string, kind: string];

function collection(apiVersion: string, kind: string): Collection {
  const [group = ''] = apiVersion.split('/');
  const plain = kind.toLowerCase();
  const plural = plain.replace(/(?<![ae])y$/, 'ie') + 's';
  return [`/apis/${apiVersion}/${plural}`, group, kind];
}

const RETRY_MS = 200;

/** The objects of a real API server, kept up to date by watches, for the traffic engine. */
export class ApiReader implements ClusterReader {
  private readonly objects = new Map<string, Map<string, KubernetesObject>>();
  private readonly listeners = new Set<() => void>();
  private readonly stops = new Map<string, () => void>();
  private isStopped = false;

  constructor(private readonly client: ApiClient) {}

  /** Lists everything once and watches from there. Rejects when something is not served. */
  async start(): Promise<void> {
    await Promise.all(COLLECTIONS.map((wanted) => this.follow(wanted)));
  }

  list(group: string, kind: string): readonly KubernetesObject[] {
    return [...(this.objects.get(`${group}/${kind}`)?.values() ?? [])];
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  stop(): void {
    this.isStopped = true;
    for (const stop of this.stops.values()) stop();
  }

  private async follow(wanted: Collection): Promise<void> {
    const [path, group, kind] = wanted;
    const { status, body, text } = await this.client.get(path);
    if (status !== 200) throw new Error(`${path}: ${text}`);
    const list = body as unknown as {
      readonly metadata: { readonly resourceVersion: string };
      readonly items: readonly KubernetesObject[];
    };
    // Items of a list do not say what they are.
    const apiVersion = path
      .split('/')
      .slice(2, group === '' ? 3 : 4)
      .join('/');
    const items = list.items.map((item) => ({ ...item, apiVersion, kind }));
    this.objects.set(`${group}/${kind}`, new Map(items.map((item) => [nameOf(item), item])));
    this.tell();
    if (this.isStopped) return;
    const query = `watch=true&resourceVersion=${list.metadata.resourceVersion}`;
    const onEvent = (event: WatchEvent): void => this.take(`${group}/${kind}`, event);
    this.stops.set(
      path,
      this.client.follow(`${path}?${query}`, { onEvent, onEnd: () => this.again(wanted) }),
    );
  }

  /** A watch that ended, for whatever reason, begins with a list again. */
  private again(wanted: Collection): void {
    if (this.isStopped) return;
    setTimeout(() => {
      if (!this.isStopped) void this.follow(wanted).catch(() => this.again(wanted));
    }, RETRY_MS);
  }

  private take(key: string, { type, object }: WatchEvent): void {
    const changed = object as unknown as KubernetesObject;
    const known = this.objects.get(key);
    if (type === 'DELETED') known?.delete(nameOf(changed));
    else if (type === 'ADDED' || type === 'MODIFIED') known?.set(nameOf(changed), changed);
    // An ERROR is followed by the end of the watch.
    else return;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

function nameOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

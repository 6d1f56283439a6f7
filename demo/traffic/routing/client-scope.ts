import {
  arrayOf,
  isObject,
  numberOf,
  readPath,
  stringMapOf,
  stringOf,
} from '@/demo/kubernetes/json';
import { isExportedTo } from '@/demo/traffic/model/export-scope';
import type {
  ConfigModel,
  LabelMap,
  MeshModel,
  ServiceModel,
} from '@/demo/traffic/model/mesh-model';
import { isSubset } from '@/demo/traffic/model/read-services';
import { coversHost } from '@/demo/traffic/routing/host-name';
import type { RouteTable } from '@/demo/traffic/routing/route-table';

/** What one proxy is told of the mesh, by `exportTo` and by the Sidecar that applies to it. */
export interface ClientScope {
  /** Whether hosts that the proxy does not know are refused; otherwise they are passed through. */
  readonly registryOnly: boolean;
  /** Whether the proxy has a cluster for this port of the service. */
  readonly knows: (service: ServiceModel, port: number) => boolean;
  /** Whether it routes by this object, as far as Sidecars are concerned. */
  readonly imports: (table: RouteTable) => boolean;
}

/** Who asks; Sidecars are for sidecars only. */
export interface ScopedClient {
  readonly kind: 'sidecar' | 'gateway' | 'bare';
  readonly workload: { readonly namespace: string; readonly labels: LabelMap };
}

/** One `namespace/dnsName` of an egress listener; `*` namespace: every one. `port` `null`: every port. */
interface Import {
  readonly namespace: string;
  readonly pattern: string;
  readonly port: number | null;
}

/** Scopes of the clients of one model. Linear in the routes for each Sidecar, free without Sidecars. */
export class ClientScopes {
  private readonly bySidecar = new Map<ConfigModel, Map<string, ClientScope>>();

  constructor(
    private readonly model: MeshModel,
    private readonly tables: readonly RouteTable[],
  ) {}

  of({ kind, workload }: ScopedClient): ClientScope {
    const { namespace } = workload;
    if (kind === 'bare') return { registryOnly: false, knows: () => true, imports: () => true };
    const sidecar = kind === 'sidecar' ? sidecarOf(this.model, workload) : undefined;
    if (sidecar === undefined) {
      return {
        registryOnly: this.model.settings.registryOnly,
        knows: ({ exportTo }) => isExportedTo(exportTo, namespace),
        imports: () => true,
      };
    }
    const scopes = this.bySidecar.get(sidecar) ?? new Map<string, ClientScope>();
    this.bySidecar.set(sidecar, scopes);
    const scope = scopes.get(namespace) ?? this.build(sidecar, namespace);
    scopes.set(namespace, scope);
    return scope;
  }

  private build(sidecar: ConfigModel, namespace: string): ClientScope {
    const imported = importsOf(sidecar, namespace);
    const imports = (table: RouteTable): boolean =>
      imported.some(
        (each) =>
          coversNamespace(each, table.origin.namespace) &&
          table.hosts.some(
            (host) => coversHost(each.pattern, host) || coversHost(host, each.pattern),
          ),
      );
    // Where imported routes lead is known as well, whether or not it was asked for.
    const destinations = new Set(
      this.tables
        .filter((table) => isExportedTo(table.exportTo, namespace) && imports(table))
        .flatMap(destinationsOf),
    );
    return {
      registryOnly: isRegistryOnly(sidecar, this.model),
      imports,
      knows: (service, port) =>
        isExportedTo(service.exportTo, namespace) &&
        (destinations.has(service.host) ||
          imported.some(
            (each) =>
              coversNamespace(each, service.namespace) &&
              coversHost(each.pattern, service.host) &&
              (each.port === null || each.port === port),
          )),
    };
  }
}

/** The oldest that selects the pods, else the oldest of the namespace, else of the root namespace, without a selector. */
function sidecarOf(model: MeshModel, workload: ScopedClient['workload']): ConfigModel | undefined {
  const { namespace, labels } = workload;
  const own = model.sidecars.filter((sidecar) => sidecar.namespace === namespace);
  return (
    own.find((sidecar) => hasSelector(sidecar) && isSubset(selectorOf(sidecar), labels)) ??
    own.find((sidecar) => !hasSelector(sidecar)) ??
    model.sidecars.find(
      (sidecar) => sidecar.namespace === model.settings.rootNamespace && !hasSelector(sidecar),
    )
  );
}

function hasSelector(sidecar: ConfigModel): boolean {
  return Object.keys(selectorOf(sidecar)).length > 0;
}

function selectorOf(sidecar: ConfigModel): LabelMap {
  return stringMapOf(readPath(sidecar.spec, 'workloadSelector', 'labels'));
}

/** A Sidecar that names a policy without a mode means REGISTRY_ONLY, the enumeration's zero. */
function isRegistryOnly({ spec }: ConfigModel, model: MeshModel): boolean {
  const policy = spec['outboundTrafficPolicy'];
  return isObject(policy) ? policy['mode'] !== 'ALLOW_ANY' : model.settings.registryOnly;
}

/** A Sidecar without egress listeners imports everything. */
function importsOf({ spec }: ConfigModel, namespace: string): readonly Import[] {
  const listeners = arrayOf(spec['egress']);
  if (listeners.length === 0) return [{ namespace: '*', pattern: '*', port: null }];
  return listeners.flatMap((listener) => {
    const port = numberOf(readPath(listener, 'port', 'number'), 0) || null;
    return arrayOf(readPath(listener, 'hosts')).map((entry) => {
      const text = stringOf(entry);
      const slash = text.indexOf('/');
      const place = slash < 0 ? '*' : text.slice(0, slash);
      const pattern = text.slice(slash + 1);
      return { namespace: place === '.' ? namespace : place, pattern, port };
    });
  });
}

/** `~` is no namespace, so it covers none. */
function coversNamespace(imported: Import, namespace: string): boolean {
  return imported.namespace === '*' || imported.namespace === namespace;
}

function destinationsOf({ http, tcp }: RouteTable): string[] {
  const forwarded = http.flatMap(({ action }) => (action.kind === 'forward' ? action.targets : []));
  const mirrored = http.flatMap(({ mirrors }) => mirrors.map(({ target }) => target));
  const streamed = tcp.flatMap(({ targets }) => targets);
  return [...forwarded, ...mirrored, ...streamed].map(({ host }) => host);
}

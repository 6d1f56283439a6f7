import { numberOf, objectOf, readPath, stringMapOf, stringOf } from '@/demo/kubernetes/json';
import { isSubset } from '@/demo/traffic/model/read-services';
import type { ConfigModel, LabelMap, MeshModel } from '@/demo/traffic/model/mesh-model';

/** What a server accepts on a port. */
export type ServerMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE';

const policiesByNamespace = new WeakMap<MeshModel, Map<string, ConfigModel[]>>();

/**
 * Effective PeerAuthentication mode of a workload port: mesh-wide, then namespace, then the oldest workload policy, each
 * overriding when it sets a mode; port-level settings only from the workload policy. `port` is the container port.
 */
export function serverMode(
  model: MeshModel,
  namespace: string,
  labels: LabelMap,
  port: number,
): ServerMode {
  const workload = policiesIn(model, namespace).find(
    (policy) => hasSelector(policy) && isSubset(selectorOf(policy), labels),
  );
  const mode = modeOf(workload?.spec['mtls']) ?? namespaceMode(model, namespace);
  const isRoot = namespace === model.settings.rootNamespace;
  if (workload === undefined || isRoot) return isRoot ? namespaceMode(model, namespace) : mode;
  const perPort = objectOf(workload.spec['portLevelMtls'])[String(numberOf(port, 0))];
  return modeOf(perPort) ?? mode;
}

/** Mode from namespace and mesh policies only: all that a client's automatic mTLS looks at for a whole service. */
export function namespaceMode(model: MeshModel, namespace: string): ServerMode {
  const { rootNamespace } = model.settings;
  const own = namespace === rootNamespace ? undefined : namespaceWide(model, namespace);
  const mesh = namespaceWide(model, rootNamespace);
  return modeOf(own?.spec['mtls']) ?? modeOf(mesh?.spec['mtls']) ?? 'PERMISSIVE';
}

function namespaceWide(model: MeshModel, namespace: string): ConfigModel | undefined {
  return policiesIn(model, namespace).find((policy) => !hasSelector(policy));
}

/** Oldest first, because the model is sorted so. */
function policiesIn(model: MeshModel, namespace: string): readonly ConfigModel[] {
  let index = policiesByNamespace.get(model);
  if (index === undefined) {
    index = new Map();
    for (const policy of model.peerAuthentications) {
      index.set(policy.namespace, [...(index.get(policy.namespace) ?? []), policy]);
    }
    policiesByNamespace.set(model, index);
  }
  return index.get(namespace) ?? [];
}

function selectorOf(policy: ConfigModel): LabelMap {
  return stringMapOf(readPath(policy.spec, 'selector', 'matchLabels'));
}

function hasSelector(policy: ConfigModel): boolean {
  return Object.keys(selectorOf(policy)).length > 0;
}

function modeOf(mtls: unknown): ServerMode | null {
  const mode = stringOf(readPath(mtls, 'mode'));
  return mode === 'STRICT' || mode === 'PERMISSIVE' || mode === 'DISABLE' ? mode : null;
}

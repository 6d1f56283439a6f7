import { isGatewayRoute } from '@/mesh/splits/read-route-rules';
import { readList, readObject, readObjects, readString, readStrings } from '@/mesh/read-json';
import { refOf } from '@/mesh/topology/object';
import type { JsonValue } from '@/mesh/json';
import type { ConfigObject, ObjectRef } from '@/mesh/topology/object';
import type { PlacedRule } from '@/mesh/splits/placed-rule';
import type { SplitWarning } from '@/mesh/splits/split';
import type { TopologyIndex } from '@/mesh/topology/topology-index';

/**
 * Who else writes the weights of this rule. A rollout controller blocks the write, because it would take it back within
 * seconds or fight over it; a deployment tool only warns, because it reverts at its next sync at most.
 */
export function ownerWarnings(index: TopologyIndex, placed: PlacedRule): readonly SplitWarning[] {
  const { object } = placed;
  return [flagger(index, object), argoRollouts(index, placed), ...deliveryTools(object)].filter(
    (warning) => warning !== null,
  );
}

function flagger(index: TopologyIndex, object: ConfigObject): SplitWarning | null {
  const { meta } = object;
  const owner = meta.owners.find(
    ({ kind, apiVersion }) => kind === 'Canary' && apiVersion.startsWith('flagger.app/'),
  );
  const canary = index
    .configIn('flagger.app/Canary', meta.namespace)
    .find((candidate) => candidate.meta.name === owner?.name || apexName(candidate) === meta.name);
  if (owner === undefined && canary === undefined && !isManagedBy(object, ['flagger'])) return null;
  const name = canary?.meta.name ?? owner?.name ?? null;
  const phase = canary === undefined ? null : readString(canary.status ?? undefined, 'phase');
  const ref: ObjectRef | null =
    name === null
      ? null
      : { group: 'flagger.app', kind: 'Canary', namespace: meta.namespace, name };
  return {
    rule: 'owned-by-flagger',
    message: `Flagger${name === null ? '' : ` (Canary ${name}${phase === null ? '' : `, ${phase}`})`} sets these weights; suspend the Canary or use its gates.`,
    object: ref,
    blocks: true,
  };
}

/** Name of the Services and routes that Flagger makes for a Canary. */
function apexName(canary: ConfigObject): string | null {
  return readString(canary.spec, 'service', 'name') ?? readString(canary.spec, 'targetRef', 'name');
}

function argoRollouts(index: TopologyIndex, placed: PlacedRule): SplitWarning | null {
  const { object } = placed;
  const rollout = index
    .config('argoproj.io/Rollout')
    .find((candidate) => routedBy(candidate, placed));
  const isMarked =
    object.meta.labels['rollouts.argoproj.io/gatewayapi-canary'] !== undefined ||
    object.meta.annotations['argo-rollouts.argoproj.io/managed-by-rollouts'] !== undefined ||
    isManagedBy(object, ['rollouts-controller']);
  if (rollout === undefined && !(isMarked && !isNamedElsewhere(index, placed))) return null;
  const name =
    rollout === undefined ? '' : ` (Rollout ${rollout.meta.namespace}/${rollout.meta.name})`;
  return {
    rule: 'owned-by-argo-rollouts',
    message: `Argo Rollouts${name} sets these weights and takes a foreign change back at once; promote, pause or abort the Rollout instead.`,
    object: rollout === undefined ? null : refOf(rollout),
    blocks: true,
  };
}

/** True when some Rollout names the object, though another of its rules: then this rule may be edited. */
function isNamedElsewhere(index: TopologyIndex, placed: PlacedRule): boolean {
  return index
    .config('argoproj.io/Rollout')
    .some((rollout) => namesObject(rollout, placed) !== null);
}

function routedBy(rollout: ConfigObject, placed: PlacedRule): boolean {
  const routes = namesObject(rollout, placed);
  if (routes === null) return false;
  const { rule } = placed;
  if (isGatewayRoute(placed.object)) {
    return routes.length > 0
      ? rule.name !== null && routes.includes(rule.name)
      : holdsBoth(rollout, placed);
  }
  if (routes.length > 0) return rule.name !== null && routes.includes(rule.name);
  return rule.count === 1 || holdsBoth(rollout, placed);
}

/** Names of the rules that a Rollout claims in the object (empty: it finds them itself); `null` when it names it not. */
function namesObject(rollout: ConfigObject, placed: PlacedRule): readonly string[] | null {
  const routing = readObject(rollout.spec, 'strategy', 'canary', 'trafficRouting');
  if (routing === null) return null;
  return isGatewayRoute(placed.object)
    ? namedByPlugin(routing, rollout, placed.object)
    : namedByIstio(routing, rollout, placed.object);
}

function namedByIstio(
  routing: JsonValue,
  rollout: ConfigObject,
  object: ConfigObject,
): readonly string[] | null {
  const single = readObject(routing, 'istio', 'virtualService');
  const all = [
    ...(single === null ? [] : [single]),
    ...readObjects(routing, 'istio', 'virtualServices'),
  ];
  for (const entry of all) {
    const [name, namespace = rollout.meta.namespace] = (readString(entry, 'name') ?? '').split('.');
    if (name === object.meta.name && namespace === object.meta.namespace) {
      return readStrings(entry, 'routes');
    }
  }
  return null;
}

function namedByPlugin(
  routing: JsonValue,
  rollout: ConfigObject,
  object: ConfigObject,
): readonly string[] | null {
  const plugin = readObject(routing, 'plugins', 'argoproj-labs/gatewayAPI');
  if (plugin === null) return null;
  const namespace = readString(plugin, 'namespace') ?? rollout.meta.namespace;
  if (namespace !== object.meta.namespace) return null;
  const field = `${object.kind.slice(0, -'Route'.length).toLowerCase()}Route`;
  if (readString(plugin, field) === object.meta.name) {
    const rule = readString(plugin, `${field}RuleName`);
    return rule === null ? [] : [rule];
  }
  const listed = readList(plugin, `${field}s`).find(
    (entry) => readString(entry, 'name') === object.meta.name,
  );
  if (listed === undefined) return null;
  const rule = readString(listed, 'ruleName');
  return rule === null ? [] : [rule];
}

/** True when the rule has both the stable and the canary side of the Rollout: two Services, or two subsets. */
function holdsBoth(rollout: ConfigObject, placed: PlacedRule): boolean {
  const canary = readObject(rollout.spec, 'strategy', 'canary');
  const rule = readObject(canary ?? undefined, 'trafficRouting', 'istio', 'destinationRule');
  const hosts = placed.rule.destinations.map(({ host }) => host.split('.')[0]);
  const subsets = placed.rule.destinations.map(({ subset }) => subset);
  const services = ['stableService', 'canaryService'].map((key) =>
    readString(canary ?? undefined, key),
  );
  const names = ['stableSubsetName', 'canarySubsetName'].map((key) =>
    readString(rule ?? undefined, key),
  );
  return (
    services.every((name) => name !== null && hosts.includes(name)) ||
    names.every((name) => name !== null && subsets.includes(name))
  );
}

/** Which deployment tools (Argo CD, Flux, Helm) write an object and may take a change of it back. */
export function deliveryToolWarnings(object: ConfigObject): readonly SplitWarning[] {
  return deliveryTools(object).filter((warning) => warning !== null);
}

function deliveryTools(object: ConfigObject): readonly (SplitWarning | null)[] {
  const { labels, annotations } = object.meta;
  const argoId = annotations['argocd.argoproj.io/tracking-id'];
  const argoApp = argoId?.split(':')[0] ?? labels['argocd.argoproj.io/instance'];
  const isArgo =
    argoApp !== undefined ||
    isManagedBy(object, ['argocd-controller', 'argocd-application-controller']);
  const kustomize = labels['kustomize.toolkit.fluxcd.io/name'];
  const fluxHelm = labels['helm.toolkit.fluxcd.io/name'];
  const isFlux =
    kustomize !== undefined ||
    fluxHelm !== undefined ||
    isManagedBy(object, ['kustomize-controller', 'helm-controller']);
  const release = annotations['meta.helm.sh/release-name'];
  const isHelm =
    release !== undefined ||
    labels['app.kubernetes.io/managed-by'] === 'Helm' ||
    isManagedBy(object, ['helm']);
  return [
    isArgo ? reverts('owned-by-argo-cd', object, 'Argo CD', argoApp, 'its next sync') : null,
    isFlux && !isFluxDisabled(annotations)
      ? reverts('owned-by-flux', object, 'Flux', kustomize ?? fluxHelm, 'its next reconciliation')
      : null,
    isHelm && !isFlux
      ? reverts('owned-by-helm', object, 'Helm', release, 'the next upgrade')
      : null,
  ];
}

function isFluxDisabled(annotations: Readonly<Record<string, string>>): boolean {
  const merge = annotations['kustomize.toolkit.fluxcd.io/ssa'] ?? '';
  return (
    annotations['kustomize.toolkit.fluxcd.io/reconcile'] === 'disabled' ||
    annotations['helm.toolkit.fluxcd.io/driftDetection'] === 'disabled' ||
    ['merge', 'ifnotpresent', 'ignore'].includes(merge.toLowerCase())
  );
}

function reverts(
  rule: SplitWarning['rule'],
  object: ConfigObject,
  tool: string,
  name: string | undefined,
  when: string,
): SplitWarning {
  const owner = name === undefined ? tool : `${tool} (${name})`;
  return {
    rule,
    message: `${owner} manages this object and may take the change back at ${when}; change it at its source to keep it.`,
    object: refOf(object),
    blocks: false,
  };
}

function isManagedBy(object: ConfigObject, managers: readonly string[]): boolean {
  return object.meta.managers.some(
    ({ manager, subresource }) => subresource === '' && managers.includes(manager),
  );
}

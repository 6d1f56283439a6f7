import type { JsonObject } from '@/mesh/json';
import { readNumber, readObject, readObjects, readString, readStringMap } from '@/mesh/read-json';
import type { ContainerPort } from '@/mesh/topology/topology';
import { imageVersion } from '@/server/adapters/kubernetes/image-version';
import { toContainerPorts } from '@/server/adapters/kubernetes/slim-pod';
import { toAnnotations } from '@/server/adapters/kubernetes/to-object';

/** What Fanari keeps of a Deployment, StatefulSet, DaemonSet or Rollout. */
export interface SlimController {
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  /** Of the pod template. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  /** `null` when the object does not say. */
  readonly desired: number | null;
  readonly ports: readonly ContainerPort[];
  readonly hostNetwork: boolean;
  /** Image of istiod; `null` for everything else. */
  readonly istiodImage: string | null;
  /** `CLUSTER_ID` of istiod, Istio's default where it is not set; `null` for everything else, and where it cannot be read. */
  readonly istiodClusterId: string | null;
  /** Whether istiod tells proxies to accept any trust domain; `null` for everything else, and where it cannot be read. */
  readonly istiodSkipsTrustDomainCheck: boolean | null;
}

/** Slims a controller of pods. Replicas that were left out count as one, as the API server's own default does. */
export function toSlimController(kind: string, object: JsonObject): SlimController {
  const template = readObject(object, 'spec', 'template') ?? {};
  const podSpec = readObject(template, 'spec');
  const labels = readStringMap(template, 'metadata', 'labels') ?? {};
  const [istiod] =
    labels['app'] === 'istiod' ? readObjects(podSpec ?? undefined, 'containers') : [];
  return {
    namespace: readString(object, 'metadata', 'namespace') ?? '',
    name: readString(object, 'metadata', 'name') ?? '',
    kind,
    labels,
    annotations: toAnnotations(readObject(template, 'metadata', 'annotations')),
    serviceAccount: readString(podSpec ?? undefined, 'serviceAccountName') ?? 'default',
    desired:
      kind === 'DaemonSet'
        ? readNumber(object, 'status', 'desiredNumberScheduled')
        : (readNumber(object, 'spec', 'replicas') ?? 1),
    ports: toContainerPorts(podSpec),
    hostNetwork: podSpec?.['hostNetwork'] === true,
    istiodImage: readString(istiod, 'image'),
    istiodClusterId: istiod === undefined ? null : clusterIdOf(istiod),
    istiodSkipsTrustDomainCheck: istiod === undefined ? null : skipsTrustDomainCheck(istiod),
  };
}

/** Istio calls a cluster this where nobody names it. */
const DEFAULT_CLUSTER_ID = 'Kubernetes';

function clusterIdOf(istiod: JsonObject): string | null {
  const variable = readObjects(istiod, 'env').find(({ name }) => name === 'CLUSTER_ID');
  return variable === undefined ? DEFAULT_CLUSTER_ID : readString(variable, 'value');
}

/** By istiod's own rule for switches: what Go reads as true. Without the variable it is off. */
function skipsTrustDomainCheck(istiod: JsonObject): boolean | null {
  const variable = readObjects(istiod, 'env').find(
    ({ name }) => name === 'PILOT_SKIP_VALIDATE_TRUST_DOMAIN',
  );
  if (variable === undefined) return false;
  const value = readString(variable, 'value');
  return value === null ? null : /^(1|t|T|true|TRUE|True)$/.test(value);
}

/** Whether any istiod tells proxies to accept identities of any trust domain; `null` when none could be read. */
export function toTrustDomainCheck(controllers: Iterable<SlimController>): boolean | null {
  let found: boolean | null = null;
  for (const { istiodSkipsTrustDomainCheck } of controllers) {
    if (istiodSkipsTrustDomainCheck === true) return true;
    found ??= istiodSkipsTrustDomainCheck;
  }
  return found;
}

/** The version in istiod's image tag, e.g. `1.30.3`; `null` without istiod or with a digest only. */
export function toIstioVersion(controllers: Iterable<SlimController>): string | null {
  for (const { istiodImage } of controllers) {
    const version = imageVersion(istiodImage);
    if (version !== null) return version;
  }
  return null;
}

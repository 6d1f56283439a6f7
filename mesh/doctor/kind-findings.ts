import type { ClusterDiagnosis, DoctorFacts, KindAccess } from '@/mesh/doctor/facts';
import { count, finding, listed, type Finding } from '@/mesh/doctor/finding';
import { costOf } from '@/mesh/doctor/kind-costs';

const SOURCE = 'discovery (GET /apis of the API server)';
const GATEWAY_API = 'gateway.networking.k8s.io';
/** Of the Gateway API's experimental channel in most releases. */
const EXPERIMENTAL: ReadonlySet<string> = new Set(['TCPRoute', 'TLSRoute']);

function isIstio({ group }: KindAccess): boolean {
  return group.endsWith('.istio.io');
}

function costs(kinds: readonly KindAccess[]): string {
  return kinds.map((kind) => `${kind.kind}: ${costOf(kind)}`).join('; ');
}

/** Which kinds the cluster serves, and what those cost that it does not. */
export function kindFindings(_facts: DoctorFacts, cluster: ClusterDiagnosis): readonly Finding[] {
  const { state } = cluster;
  if (state.state === 'not-configured') return [];
  if (!cluster.isDiscovered && state.state === 'failing') return [];
  if (!cluster.isDiscovered) {
    return [
      finding('kinds-not-asked', {
        severity: 'unknown',
        title: 'Which kinds are served is not known',
        seen: 'The API server has not yet given its list of APIs.',
        fix: 'Ask for it with the same account.',
        commands: ['kubectl api-resources --api-group=networking.istio.io'],
        source: SOURCE,
      }),
    ];
  }
  return [...istioKinds(cluster.kinds), ...gatewayKinds(cluster.kinds), ...served(cluster.kinds)];
}

function istioKinds(kinds: readonly KindAccess[]): readonly Finding[] {
  const all = kinds.filter(isIstio);
  const missing = all.filter(({ apiVersion }) => apiVersion === null);
  if (missing.length === 0) return [];
  const isNone = missing.length === all.length;
  return [
    finding('istio-kinds-missing', {
      severity: isNone ? 'error' : 'warning',
      title: isNone
        ? 'The cluster serves no kind of Istio'
        : `${count(missing.length, 'kind')} of Istio ${missing.length === 1 ? 'is' : 'are'} not served`,
      seen: isNone
        ? `None of the ${all.length} kinds of Istio that Fanari reads is served: Istio’s CRDs are not installed. Workloads and services are still drawn, without routes, splits and mTLS.`
        : `Not served: ${costs(missing)}.`,
      fix: isNone
        ? 'Install Istio, or at least its CRDs; where the control plane runs elsewhere, its CRDs are needed here, too.'
        : 'The CRDs are older than this Istio, which Helm does not upgrade by itself: apply those of the version that runs.',
      commands: [
        'helm repo add istio https://istio-release.storage.googleapis.com/charts',
        'helm upgrade --install istio-base istio/base -n istio-system --create-namespace',
      ],
      source: SOURCE,
    }),
  ];
}

function gatewayKinds(kinds: readonly KindAccess[]): readonly Finding[] {
  const all = kinds.filter(({ group }) => group === GATEWAY_API);
  const missing = all.filter(({ apiVersion }) => apiVersion === null);
  if (missing.length === 0) return [];
  const isNone = missing.length === all.length;
  const isExperimental = missing.every(({ kind }) => EXPERIMENTAL.has(kind));
  const file = isExperimental ? 'experimental-install.yaml' : 'standard-install.yaml';
  return [
    finding('gateway-kinds-missing', {
      severity: 'info',
      title: isNone
        ? 'The Gateway API is not installed'
        : `${count(missing.length, 'kind')} of the Gateway API ${missing.length === 1 ? 'is' : 'are'} not served`,
      seen: `Not served: ${costs(missing)}.${isExperimental ? ' They belong to the experimental channel.' : ''}`,
      fix: 'Needed for waypoints, for Gateway API routes and for canaries by them; nothing else depends on it.',
      commands: [
        `kubectl apply -f https://github.com/kubernetes-sigs/gateway-api/releases/latest/download/${file}`,
      ],
      source: SOURCE,
    }),
  ];
}

function served(kinds: readonly KindAccess[]): readonly Finding[] {
  const found = kinds.filter(
    (kind) => kind.apiVersion !== null && (isIstio(kind) || kind.group === GATEWAY_API),
  );
  if (found.length === 0) return [];
  const byVersion = new Map<string, string[]>();
  for (const { apiVersion, kind } of found) {
    const version = apiVersion ?? '';
    byVersion.set(version, [...(byVersion.get(version) ?? []), kind]);
  }
  const texts = [...byVersion].map(([version, names]) => `${version} (${listed(names, 20)})`);
  return [
    finding('kinds-served', {
      severity: 'ok',
      title: `${count(found.length, 'kind')} of Istio and the Gateway API ${found.length === 1 ? 'is' : 'are'} served`,
      seen: `Read in ${texts.join(', ')}.`,
      source: SOURCE,
    }),
  ];
}

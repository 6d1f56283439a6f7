/** How labels of a namespace put its pods into the mesh; `revision` of the istiod that is asked to inject. */
export type MeshLabels =
  { readonly mode: 'sidecar'; readonly revision: string } | { readonly mode: 'ambient' | 'none' };

/** The revision that `istio-injection=enabled` and a bare `sidecar.istio.io/inject=true` ask for. */
export const DEFAULT_REVISION = 'default';

/** Namespaces whose pods istiod never injects, whatever their labels (its own list). */
const NEVER_INJECTED: ReadonlySet<string> = new Set([
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'local-path-storage',
]);

type Labels = Readonly<Record<string, string>>;

/**
 * What a namespace's labels ask for, by the selectors of Istio's webhooks: `istio-injection` wins over `istio.io/rev`, and
 * injection over ambient mode, since a pod that has a sidecar is not captured.
 */
export function meshLabels(labels: Labels): MeshLabels {
  const injection = labels['istio-injection'];
  const revision = labels['istio.io/rev'];
  if (injection === 'enabled') return { mode: 'sidecar', revision: DEFAULT_REVISION };
  const isAmbient = labels['istio.io/dataplane-mode'] === 'ambient';
  if (injection === undefined && revision !== undefined && !isAmbient)
    return { mode: 'sidecar', revision };
  return { mode: isAmbient ? 'ambient' : 'none' };
}

/** What is asked for pods of a namespace, whose own labels may say otherwise. */
export function meshLabelsOfPod(
  namespace: { readonly name: string; readonly labels: Labels },
  pod: { readonly labels: Labels; readonly annotations: Labels },
): MeshLabels & { readonly isOptOut: boolean } {
  const ofNamespace = meshLabels(namespace.labels);
  const wish = pod.labels['sidecar.istio.io/inject'] ?? pod.annotations['sidecar.istio.io/inject'];
  const ambient = pod.labels['istio.io/dataplane-mode'];
  if (ofNamespace.mode === 'ambient' || ambient === 'ambient') {
    return { mode: 'ambient', isOptOut: ambient === 'none' };
  }
  if (NEVER_INJECTED.has(namespace.name)) return { mode: 'none', isOptOut: false };
  if (ofNamespace.mode === 'sidecar') return { ...ofNamespace, isOptOut: wish === 'false' };
  const revision = pod.labels['istio.io/rev'];
  const isFree = namespace.labels['istio-injection'] === undefined && wish !== 'false';
  // istiod's own pods carry a revision, too, and refuse injection: they ask for nothing.
  if (isFree && (wish === 'true' || revision !== undefined)) {
    return { mode: 'sidecar', revision: revision ?? DEFAULT_REVISION, isOptOut: false };
  }
  return { mode: 'none', isOptOut: false };
}

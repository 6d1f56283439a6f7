import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { PolicyRule } from '@/tests/support/expected-access';

const root = join(import.meta.dirname, '..', '..');

/** A Kubernetes object of a manifest, as far as tests look into it. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
  readonly rules?: readonly PolicyRule[];
}

/** What the kubelet asks. */
export interface ManifestProbe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

/** A container, as far as tests look into it. */
export interface ManifestContainer {
  readonly image: string;
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: unknown;
  readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: string[] } } };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly startupProbe: ManifestProbe;
  readonly livenessProbe: ManifestProbe;
  readonly readinessProbe: ManifestProbe;
}

/** What a Deployment says of its pods. */
export interface ManifestPod {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly enableServiceLinks: boolean;
    readonly securityContext: unknown;
    readonly serviceAccountName: string;
    readonly terminationGracePeriodSeconds: number;
    readonly containers: readonly [ManifestContainer, ...ManifestContainer[]];
    readonly volumes: readonly { readonly name: string }[];
  };
}

/** A file of deploy/. */
export function readDeployFile(name: string): string {
  return readFileSync(join(root, 'deploy', name), 'utf8');
}

/** Every object of a YAML text. */
export function parseManifest(text: string): readonly ManifestObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    return (document.toJS() as ManifestObject | null) ?? [];
  });
}

/** The one object of a kind. Throws when there are none or several. */
export function objectOf(objects: readonly ManifestObject[], kind: string): ManifestObject {
  const [object, ...others] = objects.filter((entry) => entry.kind === kind);
  if (object === undefined || others.length > 0) throw new Error(`not one ${kind}`);
  return object;
}

/** The pods of the one Deployment. */
export function podOf(objects: readonly ManifestObject[]): ManifestPod {
  const { template } = objectOf(objects, 'Deployment').spec as { readonly template: ManifestPod };
  return template;
}

/** The environment of the container by name. */
export function environmentOf(pod: ManifestPod): Readonly<Record<string, string>> {
  const { env } = pod.spec.containers[0];
  return Object.fromEntries(env.map(({ name, value }) => [name, value ?? '']));
}

/** Rules that the chart gives an account, which need no values and so are plain YAML in its template. */
export function rulesOf(
  flavour: 'viewer' | 'cluster' | 'ownNamespace' | 'meshWide' | 'editor',
): readonly PolicyRule[] {
  const text = readDeployFile('helm/fanari/templates/_rules.tpl');
  const define = `{{- define "fanari.${flavour}Rules" -}}`;
  const begin = text.indexOf(define);
  if (begin < 0) throw new Error(`the chart has no rules of ${flavour}`);
  const rest = text.slice(begin + define.length);
  return parse(rest.slice(0, rest.indexOf('{{-'))) as readonly PolicyRule[];
}

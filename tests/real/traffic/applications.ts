import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BOOKINFO_BEHAVIOUR, BOOKINFO_SOURCES } from '@/demo/scenario/bookinfo';
import { boutique } from '@/demo/scenario/boutique';
import { BOUTIQUE_BEHAVIOUR, BOUTIQUE_SOURCES } from '@/demo/scenario/boutique-behaviour';
import { istioSystem } from '@/demo/scenario/istio-system';
import type { ApplicationModel } from '@/demo/traffic/behaviour';
import type { ApiClient, ApiObject } from '@/tests/real/cluster/api-client';
import { environment } from '@/tests/real/cluster/environment';
import { NODE } from '@/tests/real/objects';

/** Namespaces of the two shops. */
export const SHOPS = ['bookinfo', 'boutique'] as const;

/** How the applications of the two shops act, and who asks them for what. */
export const APPLICATION: ApplicationModel = {
  workloads: new Map(Object.entries({ ...BOOKINFO_BEHAVIOUR, ...BOUTIQUE_BEHAVIOUR })),
  externals: new Map(
    ['rates.example.com', 'tracking.parcel.example'].map((host) => [
      host,
      { serviceMs: 90, failures: [], calls: [] },
    ]),
  ),
  sources: [...BOOKINFO_SOURCES, ...BOUTIQUE_SOURCES],
};

const SAMPLES = [
  'platform/kube/bookinfo.yaml',
  'networking/bookinfo-gateway.yaml',
  'networking/destination-rule-all.yaml',
  'networking/virtual-service-reviews-90-10.yaml',
];

/** The namespaces, with injection; before anything is in them. */
export async function applyNamespaces(admin: ApiClient): Promise<void> {
  for (const name of SHOPS) {
    const labels = { 'istio-injection': 'enabled' };
    await admin.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  }
}

/** What Istio's chart would put beside istiod: mesh settings, its Service and the ingress gateway. */
export async function applyIstioSystem(admin: ApiClient): Promise<void> {
  for (const object of istioSystem()) await admin.apply(onNode(object as unknown as ApiObject));
}

/** Bookinfo from Istio's own samples, with its 90/10 split of reviews. */
export async function applyBookinfo(admin: ApiClient): Promise<void> {
  for (const file of SAMPLES) {
    const yaml = readFileSync(join(environment('REAL_SAMPLES'), 'bookinfo', file), 'utf8');
    await admin.applyYaml(yaml, (object) => onNode(inNamespace(object, 'bookinfo')));
  }
}

/** Online Boutique, without what belongs to a Flagger that is not there. */
export async function applyBoutique(admin: ApiClient): Promise<void> {
  const objects = boutique() as unknown as readonly ApiObject[];
  for (const object of objects) {
    const isFlaggers = object.kind === 'Canary' || 'ownerReferences' in object.metadata;
    if (!isFlaggers) await admin.apply(onNode(object));
  }
}

function inNamespace(object: ApiObject, namespace: string): ApiObject {
  return { ...object, metadata: { ...object.metadata, namespace } };
}

/** Pods name their node, because there is no scheduler. */
function onNode(object: ApiObject): ApiObject {
  if (object.kind !== 'Deployment') return object;
  const { template, ...rest } = object.spec as { readonly template: { readonly spec: object } };
  const placed = { ...template, spec: { ...template.spec, nodeName: NODE } };
  return { ...object, spec: { ...rest, template: placed } };
}

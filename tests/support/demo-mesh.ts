import type { DemoAddresses } from '@/tests/support/demo-run';

/** The canary that most tests move: reviews of the bookshop, 90 to v1 and 10 to v2. */
export const CANARY = {
  id: 'VirtualService/bookinfo/reviews/spec/http/1',
  path: '/apis/networking.istio.io/v1/namespaces/bookinfo/virtualservices/reviews',
  weights: [90, 10],
} as const;

interface Route {
  readonly spec: {
    readonly http: readonly { readonly route: readonly { readonly weight?: number }[] }[];
  };
}

async function call(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** The embedded mesh as a second user and as a vandal: speaks to its Kubernetes API and to its control API. */
export class DemoMesh {
  constructor(readonly addresses: DemoAddresses) {}

  /** Weights of the canary as the API server has them. */
  async canaryWeights(): Promise<readonly (number | undefined)[]> {
    const route = (await call(this.addresses.kubernetesUrl + CANARY.path)) as Route;
    return (route.spec.http[1]?.route ?? []).map(({ weight }) => weight);
  }

  /** Writes the canary's weights as somebody else does, with `kubectl edit` say. */
  async setCanaryWeights(weights: readonly number[]): Promise<void> {
    const patch = weights.map((value, index) => ({
      op: 'replace',
      path: `/spec/http/1/route/${index}/weight`,
      value,
    }));
    await call(`${this.addresses.kubernetesUrl}${CANARY.path}?fieldManager=another-user`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json-patch+json' },
      body: JSON.stringify(patch),
    });
  }

  /** Breaks an upstream in the way named, or heals it with `null`. */
  async setFault(source: 'prometheus' | 'jaeger', kind: string | null): Promise<void> {
    await this.#control(`/${source}/fault`, kind === null ? {} : { kind });
  }

  /** Takes the API server away, or brings it back at the same address. */
  async setApiServer(state: 'stop' | 'start'): Promise<void> {
    await this.#control(`/kubernetes/${state}`, {});
  }

  /** Takes permissions of Fanari away, or gives all back with none. */
  async setDenials(
    denials: readonly { readonly verb?: string; readonly resource?: string }[],
  ): Promise<void> {
    await this.#control('/kubernetes/deny', { denials });
  }

  /** Labels a namespace for injection, or takes the label away with `null`; pods that run stay as they are. */
  async setInjection(namespace: string, value: 'enabled' | null): Promise<void> {
    await call(`${this.addresses.kubernetesUrl}/api/v1/namespaces/${namespace}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ metadata: { labels: { 'istio-injection': value } } }),
    });
  }

  /** Lets a webhook refuse every change of a VirtualService in its own words, or takes it away with `null`. */
  async setWebhook(
    webhook: { readonly name: string; readonly message: string } | null,
  ): Promise<void> {
    const resources = ['virtualservices.networking.istio.io'];
    await this.#control('/kubernetes/webhook', webhook === null ? {} : { ...webhook, resources });
  }

  /** Ends all faults and puts the canary back. */
  async restore(): Promise<void> {
    await this.setApiServer('start');
    await this.setDenials([]);
    await this.setWebhook(null);
    await this.setFault('prometheus', null);
    await this.setFault('jaeger', null);
    await this.setCanaryWeights(CANARY.weights);
  }

  async #control(path: string, body: unknown): Promise<void> {
    await call(this.addresses.controlUrl + path, { method: 'POST', body: JSON.stringify(body) });
  }
}

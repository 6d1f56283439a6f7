import { createInterface } from 'node:readline';
import http from 'node:http';

interface Route {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly resourceVersion: string;
    readonly generation: number;
  };
  readonly spec: unknown;
}

/** Every state that a VirtualService has had, in order, as the API server tells a watcher. */
export class ObjectHistory {
  private readonly states = new Map<string, Route[]>();
  private stop: () => void = () => undefined;

  constructor(private readonly kubernetesUrl: string) {}

  /** Begins to watch; resolves when the API server has answered. */
  async start(): Promise<void> {
    const path = '/apis/networking.istio.io/v1/virtualservices';
    const list = (await (await fetch(this.kubernetesUrl + path)).json()) as {
      readonly metadata: { readonly resourceVersion: string };
    };
    const from = list.metadata.resourceVersion;
    const request = http.get(`${this.kubernetesUrl}${path}?watch=true&resourceVersion=${from}`);
    this.stop = () => request.destroy();
    request.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      request.once('error', reject);
      request.once('response', (response) => {
        createInterface({ input: response })
          .on('line', (line) => this.take(line))
          // Broken off by `close`.
          .on('error', () => undefined);
        resolve();
      });
    });
  }

  /** States since the start of the object at a path of the API. */
  of(path: string): readonly Route[] {
    return this.states.get(path) ?? [];
  }

  /** How many states all objects have had. */
  count(): number {
    return [...this.states.values()].reduce((sum, states) => sum + states.length, 0);
  }

  close(): void {
    this.stop();
  }

  private take(line: string): void {
    const { type, object } = JSON.parse(line) as { readonly type: string; readonly object: Route };
    if (type !== 'MODIFIED') throw new Error(`unexpected ${type}: ${line}`);
    const { namespace, name } = object.metadata;
    const path = `/apis/networking.istio.io/v1/namespaces/${namespace}/virtualservices/${name}`;
    this.states.set(path, [...this.of(path), object]);
  }
}

/** Weights of the rule at a JSON pointer, in a state. */
export function weightsAt({ spec }: { readonly spec: unknown }, rulePointer: string): number[] {
  const rule = rulePointer
    .split('/')
    .slice(2)
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], spec);
  const { route } = rule as { readonly route: readonly { readonly weight: number }[] };
  return route.map(({ weight }) => weight);
}

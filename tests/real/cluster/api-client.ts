import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { request as plainRequest } from 'node:http';
import { parseAllDocuments } from 'yaml';

/** What a Kubernetes API answered. `body` is the parsed JSON, or the text when it was none. */
export interface ApiReply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

/** A Kubernetes object, as far as tests look into it. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly Readonly<Record<string, unknown>>[];
  };
  readonly spec?: unknown;
}

/** Where an API server is, and as whom to speak to it. */
export interface Target {
  readonly url: string;
  readonly token: string | null;
  /** PEM file; `null` for plain http. */
  readonly caFile: string | null;
  /** Keeps connections, for many requests in a row: one that the server lost fails once. */
  readonly keepAlive?: boolean;
}

const JSON_TYPE = 'application/json';

/** Speaks to an API server by no other code than Node's, so that it shares no error with what it judges. */
export class ApiClient {
  private readonly agent: Agent | null;

  constructor(readonly target: Target) {
    const { caFile, keepAlive = false } = target;
    this.agent = caFile === null ? null : new Agent({ ca: readFileSync(caFile), keepAlive });
  }

  /** Sends one request and gives the answer, whatever its status. */
  call(method: string, path: string, body?: unknown, contentType = JSON_TYPE): Promise<ApiReply> {
    return this.send(method, path, body === undefined ? null : JSON.stringify(body), contentType);
  }

  get(path: string): Promise<ApiReply> {
    return this.call('GET', path);
  }

  /** Server-side apply of an object, forced. Throws when it is refused. */
  async apply(object: ApiObject, manager = 'test'): Promise<void> {
    const query = `fieldManager=${manager}&force=true`;
    const path = `${pathOf(object)}?${query}`;
    const reply = await this.call('PATCH', path, object, 'application/apply-patch+yaml');
    if (reply.status >= 300)
      throw new Error(`${object.kind} ${object.metadata.name}: ${reply.text}`);
  }

  /** Applies every document of a YAML text, one after the other. */
  async applyYaml(yaml: string, change: (object: ApiObject) => ApiObject = same): Promise<void> {
    for (const document of parseAllDocuments(yaml)) {
      const object = document.toJS() as ApiObject | null;
      if (object !== null) await this.apply(change(object));
    }
  }

  /** Reads lines of a watch until `count` have come; `[]` when none come within the limit. */
  async watch(path: string, count: number, limitMs = 10_000): Promise<readonly WatchEvent[]> {
    const events: WatchEvent[] = [];
    return new Promise((resolve) => {
      const stop = this.follow(path, {
        onEvent: (event) => {
          events.push(event);
          if (events.length >= count) stop();
        },
        onEnd: () => {
          clearTimeout(timer);
          resolve(events);
        },
      });
      const timer = setTimeout(stop, limitMs);
    });
  }

  /** Opens a watch; gives what ends it. `onEnd` is called once, however it ends. */
  follow(path: string, { onEvent, onEnd }: WatchListener): () => void {
    const outgoing = this.open('GET', path, null, JSON_TYPE);
    outgoing.on('response', (response) => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onEvent(JSON.parse(line) as WatchEvent);
      });
      // What breaks off in the middle also closes.
      response.on('error', () => undefined);
    });
    outgoing.on('error', () => undefined);
    outgoing.once('close', onEnd);
    outgoing.end();
    return () => outgoing.destroy();
  }

  close(): void {
    this.agent?.destroy();
  }

  private send(
    method: string,
    path: string,
    body: string | null,
    contentType: string,
  ): Promise<ApiReply> {
    return new Promise((resolve, reject) => {
      const outgoing = this.open(method, path, body, contentType);
      outgoing.setTimeout(20_000, () => outgoing.destroy(new Error(`no answer to ${path}`)));
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text, body: parsed(text) }),
        );
      });
      outgoing.end(body ?? undefined);
    });
  }

  private open(method: string, path: string, body: string | null, contentType: string) {
    const { url, token } = this.target;
    const headers = {
      accept: JSON_TYPE,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === null
        ? {}
        : { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }),
    };
    if (this.agent === null) return plainRequest(new URL(url + path), { method, headers });
    return request(new URL(url + path), { method, headers, agent: this.agent });
  }
}

/** One line of a watch. */
export interface WatchEvent {
  readonly type: string;
  readonly object: Record<string, unknown>;
}

/** What is told of a watch. */
export interface WatchListener {
  readonly onEvent: (event: WatchEvent) => void;
  readonly onEnd: () => void;
}

function same(object: ApiObject): ApiObject {
  return object;
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const IRREGULAR: Readonly<Record<string, string>> = {
  Gateway: 'gateways',
  NetworkPolicy: 'networkpolicies',
  AuthorizationPolicy: 'authorizationpolicies',
  ServiceEntry: 'serviceentries',
  WorkloadEntry: 'workloadentries',
  Endpoints: 'endpoints',
  GatewayClass: 'gatewayclasses',
};
const CLUSTER_WIDE = new Set([
  'Namespace',
  'Node',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleBinding',
  'GatewayClass',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
]);

/** Path of a kind's collection in a namespace. */
export function collectionOf({ apiVersion, kind, metadata }: ApiObject): string {
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const plain = kind.toLowerCase();
  const plural =
    IRREGULAR[kind] ??
    (plain.endsWith('y')
      ? `${plain.slice(0, -1)}ies`
      : plain.endsWith('s')
        ? `${plain}es`
        : `${plain}s`);
  const scope = CLUSTER_WIDE.has(kind) ? '' : `/namespaces/${metadata.namespace ?? 'default'}`;
  return `${root}${scope}/${plural}`;
}

/** Path of an object. */
export function pathOf(object: ApiObject): string {
  return `${collectionOf(object)}/${object.metadata.name}`;
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '@/demo/kubernetes/json';
import type { ObjectStore } from '@/demo/kubernetes/object-store';
import type { LogProvider } from '@/demo/kubernetes/pod-logs';
import type { RefusingWebhook } from '@/demo/kubernetes/refusing-webhook';
import type { WatchRegistry } from '@/demo/kubernetes/watch-registry';

/** Something the caller may not do. A field left out matches everything. */
export interface Denial {
  readonly verb?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly namespace?: string;
}

/** What every request handler of one running API shares. */
export interface ApiContext {
  readonly store: ObjectStore;
  readonly watches: WatchRegistry;
  readonly logs: LogProvider;
  readonly denies: () => readonly Denial[];
  readonly webhooks: () => readonly RefusingWebhook[];
  readonly user: string;
  readonly maxBodyBytes: number;
  /** Time between two bookmarks of a watch that wants them. */
  readonly bookmarkMs: number;
}

/** One request, read so far as every handler needs it. */
export interface ApiRequest {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly contentType: string;
}

/** An answer: JSON, or bytes whose type the headers then name. `warnings` become `Warning` headers. */
export interface Answer {
  readonly code: number;
  readonly body: JsonObject | Buffer;
  readonly warnings?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a handler returns when it writes the response itself (watches, logs). */
export const STREAMING = Symbol('streaming');

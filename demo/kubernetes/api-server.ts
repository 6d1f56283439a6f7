import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AccessLogs } from '@/demo/kubernetes/access-log';
import type { ApiContext, Denial } from '@/demo/kubernetes/api-context';
import { addDefinitions } from '@/demo/kubernetes/definitions';
import type { ObjectStore } from '@/demo/kubernetes/object-store';
import type { LogProvider } from '@/demo/kubernetes/pod-logs';
import type { RefusingWebhook } from '@/demo/kubernetes/refusing-webhook';
import { handleRequest } from '@/demo/kubernetes/request-handler';
import { parseResourceTarget } from '@/demo/kubernetes/request-target';
import { WatchRegistry } from '@/demo/kubernetes/watch-registry';
import { loadAdmissionRules } from '@/demo/kubernetes/write-admission';

/** How to start the Kubernetes API. */
export interface KubernetesApiOptions {
  readonly store: ObjectStore;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Where container logs come from; without it every container is silent. */
  readonly logs?: LogProvider;
  /** What the caller may not do; asked on every request, so that tests can change it. Default: nothing. */
  readonly denies?: () => readonly Denial[];
  /** Validating webhooks beside Istio's; asked on every write, so that tests can change them. Default: none. */
  readonly webhooks?: () => readonly RefusingWebhook[];
  /** By how much the header `Date` of answers differs from the truth, milliseconds; asked on every request. Default: 0. */
  readonly clockOffsetMs?: () => number;
  /** Largest request body; default 3 MiB, as in Kubernetes. */
  readonly maxBodyBytes?: number;
  /** Time between two bookmarks of a watch that wants them; default one minute, as in Kubernetes. */
  readonly bookmarkMs?: number;
}

/** A running Kubernetes API. */
export interface KubernetesApi {
  readonly url: string;
  close(): Promise<void>;
  /** Ends every open watch, as a restart of the API server would. */
  dropWatches(): void;
  /** Forgets all history: watches and pages that start in the past get 410 Gone. */
  expireHistory(): void;
}

const MAX_BODY_BYTES = 3 * 1024 * 1024;
const BOOKMARK_MS = 60_000;

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Kinds whose schemas are loaded ahead, so that the first change of a weight is as quick as the next. */
const WARM_PATHS = [
  '/apis/networking.istio.io/v1/virtualservices',
  '/apis/networking.istio.io/v1/destinationrules',
  '/apis/gateway.networking.k8s.io/v1/httproutes',
];
const WARM_AFTER_MS = 1500;

async function loadWarmRules(): Promise<void> {
  for (const path of WARM_PATHS) {
    const target = parseResourceTarget(path);
    if (target !== null) await loadAdmissionRules(target);
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Serves a store as a Kubernetes API over plain HTTP. Rejects when the port is taken. */
export async function startKubernetesApi(options: KubernetesApiOptions): Promise<KubernetesApi> {
  const watches = new WatchRegistry();
  addDefinitions(options.store);
  const context: ApiContext = {
    store: options.store,
    watches,
    logs: options.logs ?? new AccessLogs(() => () => undefined),
    denies: options.denies ?? (() => []),
    webhooks: options.webhooks ?? (() => []),
    user: 'fanari-demo',
    maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
    bookmarkMs: options.bookmarkMs ?? BOOKMARK_MS,
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    // A client that leaves in the middle is no failure of the server.
    response.on('error', () => undefined);
    const offsetMs = options.clockOffsetMs?.() ?? 0;
    if (offsetMs !== 0) response.setHeader('date', new Date(Date.now() + offsetMs).toUTCString());
    void handleRequest(context, incoming, response);
  });
  await listen(server, options.host, options.port);
  const address = server.address() as AddressInfo;
  // A package that is missing is reported by the write that needs it.
  const warmUp = setTimeout(() => void loadWarmRules().catch(() => undefined), WARM_AFTER_MS);
  return {
    url: `http://${options.host}:${address.port}`,
    close: () => {
      clearTimeout(warmUp);
      watches.endAll();
      return close(server);
    },
    dropWatches: () => watches.endAll(),
    expireHistory: () => options.store.history.expire(options.store.resourceVersion),
  };
}

import type { JsonObject } from '@/mesh/json';
import { readNumber, readString } from '@/mesh/read-json';
import { fail, ok, type Result } from '@/mesh/result';
import { toApiFault } from '@/server/adapters/kubernetes/api-fault';
import { backoffMs, waitMs } from '@/server/adapters/kubernetes/backoff';
import { pathOf } from '@/server/adapters/kubernetes/discovery';
import type {
  KindError,
  KindState,
  KindWatchOptions,
  Narrowing,
  ScopedError,
} from '@/server/adapters/kubernetes/kind-watch-options';
import {
  expiring,
  keyOf,
  sameItem,
  sameItems,
  toPage,
  unreadable,
  type Page,
} from '@/server/adapters/kubernetes/list-page';
import { readLines } from '@/server/adapters/kubernetes/watch-lines';
import { asRecord } from '@/server/adapters/parse-json';
import { sourceError, type SourceError } from '@/server/errors';

const PAGE_SIZE = '500';
const RESYNC_MS = 10 * 60_000;
const WATCH_SECONDS = 240;
/** A refused kind is asked for again after this long, in case permission was granted. */
const REFUSED_MS = 60_000;

type WatchEnd = 'gone' | 'ended' | SourceError;

/**
 * Keeps all objects of one kind in memory by list and watch. Lists in pages; follows bookmarks; lists again after
 * `410 Gone` and every ten minutes or so; backs off with jitter when the API server is away, keeping what it has.
 */
export class KindWatch<Item> implements KindState<Item> {
  /** Keyed `namespace/name`. Replaced as a whole by a list, changed in place by events. */
  items: ReadonlyMap<string, Item> = new Map();
  /** `true` once a list succeeded or was refused. */
  settled = false;
  error: KindError | null = null;
  private readonly stopper = new AbortController();
  private failures = 0;
  private resourceVersion = '';
  /** The namespace that is watched; empty: all. */
  private scope: string;
  private narrowedSinceMs: number | null = null;

  /** Begins with what another watch holds, so that nothing vanishes while this one lists. */
  constructor(
    private readonly options: KindWatchOptions<Item>,
    before: KindWatch<Item> | null = null,
  ) {
    this.scope = options.namespace;
    this.items = new Map(before?.items);
    this.settled = before?.settled ?? false;
  }

  /** The only namespace that may be read, where all were asked for; `null`: nothing is left out. */
  narrowing(): Narrowing | null {
    return this.narrowedSinceMs === null
      ? null
      : { namespace: this.scope, sinceMs: this.narrowedSinceMs };
  }

  values(): Iterable<Item> {
    return this.items.values();
  }

  errors(): readonly ScopedError[] {
    return this.error === null ? [] : [{ ...this.error, namespace: null }];
  }

  /** Runs until {@link stop}; never rejects. */
  async run(): Promise<void> {
    const { signal } = this.stopper;
    while (!this.isStopped()) {
      const listed = await this.listInTurn(signal);
      if (this.isStopped()) return;
      if (!listed.ok) {
        await this.pause(listed.error);
        continue;
      }
      this.succeed();
      await this.watchUntilRelist(signal);
    }
  }

  /** Ends the watch and every request under way. */
  stop(): void {
    this.stopper.abort();
  }

  private isStopped(): boolean {
    return this.stopper.signal.aborted;
  }

  private async listInTurn(signal: AbortSignal): Promise<Result<null, SourceError>> {
    const { kind, limiter } = this.options;
    const list = async () =>
      this.isStopped() ? ok(null) : this.listWhereAllowed(signal).catch(toUnreadable);
    const toUnreadable = (caught: unknown) => fail(unreadable(kind.kind, caught));
    return limiter === null ? list() : limiter.run(list);
  }

  private async watchUntilRelist(signal: AbortSignal): Promise<void> {
    const { now, random, onRestart } = this.options;
    const resyncAtMs = now() + RESYNC_MS * (0.8 + 0.4 * random());
    while (!this.isStopped() && now() < resyncAtMs) {
      const startedMs = now();
      const end = await this.watchOnce(signal);
      if (this.isStopped()) return;
      if (end === 'gone') {
        onRestart('gone');
        return;
      }
      if (end !== 'ended') {
        onRestart(end.kind);
        await this.pause(end);
        if (end.kind === 'forbidden' || end.kind === 'not-found') return;
      } else if (now() - startedMs < 1000) {
        // A server or proxy that ends watches at once must not be asked in a busy loop.
        onRestart('short');
        this.failures += 1;
        await waitMs(backoffMs(this.failures, random()), signal);
      }
    }
  }

  private async pause(error: SourceError): Promise<void> {
    const { random, now } = this.options;
    this.failures += 1;
    const refused = ['forbidden', 'unauthorized', 'not-found'].includes(error.kind);
    // Not after a 404: an API server that comes back may not yet know its CRDs; discovery drops kinds that have gone.
    if (error.kind === 'forbidden') this.items = new Map();
    if (!this.isPassing(error)) {
      this.settled = true;
      this.error = {
        error,
        sinceMs: this.error?.error.kind === error.kind ? this.error.sinceMs : now(),
      };
      this.options.onChange();
    }
    const delay = refused
      ? REFUSED_MS * (0.8 + 0.4 * random())
      : backoffMs(this.failures, random());
    await waitMs(delay, this.stopper.signal);
  }

  /** An API server that is still filling its cache of a kind answers watches with 429 for a moment, after a good list. */
  private isPassing(error: SourceError): boolean {
    return error.kind === 'overloaded' && this.failures <= 2 && this.settled && this.error === null;
  }

  private succeed(): void {
    this.failures = 0;
    this.settled = true;
    if (this.error === null) return;
    this.error = null;
    this.options.onChange();
  }

  /** All namespaces if they may be listed, else the one of the kubeconfig. Permission is asked for afresh each time. */
  private async listWhereAllowed(signal: AbortSignal): Promise<Result<null, SourceError>> {
    const { kind, namespace, fallbackNamespace } = this.options;
    this.scope = namespace;
    const everywhere = await this.list(signal);
    const isRefused = !everywhere.ok && everywhere.error.kind === 'forbidden';
    if (!isRefused || fallbackNamespace === null || namespace !== '' || !kind.namespaced) {
      this.narrowedSinceMs = null;
      return everywhere;
    }
    this.scope = fallbackNamespace;
    const there = await this.list(signal);
    if (!there.ok && there.error.kind === 'forbidden') {
      this.scope = namespace;
      this.narrowedSinceMs = null;
    } else {
      this.narrowedSinceMs ??= this.options.now();
    }
    return there;
  }

  private async list(signal: AbortSignal, isAgain = false): Promise<Result<null, SourceError>> {
    const { kind, toItem } = this.options;
    const fresh = new Map<string, Item>();
    let token = '';
    do {
      const page = await this.listPage(token, signal);
      if (!page.ok) return page;
      // The token of a long list can expire on the way: begin again, at once only the first time.
      if (page.value === 'expired') {
        return isAgain ? fail(expiring(kind.kind)) : this.list(signal, true);
      }
      for (const object of page.value.objects) {
        const item = toItem(object);
        if (item !== null) fresh.set(keyOf(object), item);
      }
      token = page.value.next;
      this.resourceVersion = page.value.resourceVersion;
    } while (token !== '');
    if (this.resourceVersion === '') {
      const message = `The Kubernetes API server gave a list of ${kind.kind} without a version`;
      return fail(sourceError('kubernetes', 'bad-response', message));
    }
    const changed = !this.settled || !sameItems(this.items, fresh);
    if (changed) this.items = fresh;
    this.settled = true;
    if (changed) this.options.onChange();
    return ok(null);
  }

  private async listPage(
    token: string,
    signal: AbortSignal,
  ): Promise<Result<Page | 'expired', SourceError>> {
    const { client, kind, fieldSelector } = this.options;
    const parameters = {
      limit: PAGE_SIZE,
      ...(token === '' ? {} : { continue: token }),
      ...(fieldSelector === null ? {} : { fieldSelector }),
    };
    const call = { method: 'GET', path: pathOf(kind, this.scope), parameters } as const;
    const answer = await client.call('list', call, signal);
    if (!answer.ok) return answer;
    if (answer.value.status === 410 && token !== '') return ok('expired');
    if (answer.value.status !== 200) return fail(toApiFault(answer.value, `${kind.kind} objects`));
    return toPage(answer.value.body, kind.kind);
  }

  private async watchOnce(signal: AbortSignal): Promise<WatchEnd> {
    const { client, kind, fieldSelector, random } = this.options;
    const seconds = Math.round(WATCH_SECONDS * (1 + 0.25 * random()));
    const parameters = {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: this.resourceVersion,
      timeoutSeconds: String(seconds),
      ...(fieldSelector === null ? {} : { fieldSelector }),
    };
    const opened = await client.stream(
      { method: 'GET', path: pathOf(kind, this.scope), parameters },
      signal,
    );
    if (!opened.ok) return opened.error;
    const { status, body, close } = opened.value;
    if (status !== 200) {
      close();
      body.on('error', () => undefined);
      return status === 410
        ? 'gone'
        : toApiFault({ status, body: null }, `changes of ${kind.kind}`);
    }
    this.succeed();
    // A connection that died without a word ends here rather than never.
    const silence = setTimeout(close, (seconds + 30) * 1000);
    try {
      for await (const line of readLines(body)) {
        const end = this.take(JSON.parse(line) as unknown);
        if (end !== null) return end;
      }
      return 'ended';
    } catch (caught) {
      if (signal.aborted) return 'ended';
      return sourceError(
        'kubernetes',
        'unreachable',
        `The watch of ${kind.kind} was cut off`,
        caught,
      );
    } finally {
      clearTimeout(silence);
      close();
    }
  }

  /** Takes one event; gives a reason to end the watch, or `null` to go on. */
  private take(event: unknown): WatchEnd | null {
    const record = asRecord(event);
    const object = asRecord(record?.['object']) as JsonObject | null;
    const { kind, toItem, onChange } = this.options;
    if (record === null || object === null) {
      return sourceError(
        'kubernetes',
        'bad-response',
        `The watch of ${kind.kind} sent something odd`,
      );
    }
    if (record['type'] === 'ERROR') {
      if (readNumber(object, 'code') === 410) return 'gone';
      const status = readNumber(object, 'code') ?? 500;
      return toApiFault({ status, body: object }, `changes of ${kind.kind}`);
    }
    this.resourceVersion =
      readString(object, 'metadata', 'resourceVersion') ?? this.resourceVersion;
    if (record['type'] === 'BOOKMARK') return null;
    const key = keyOf(object);
    const before = this.items.get(key);
    const item = record['type'] === 'DELETED' ? null : toItem(object);
    if (item === null ? before === undefined : sameItem(before, item)) return null;
    const items = this.items as Map<string, Item>;
    if (item === null) items.delete(key);
    else items.set(key, item);
    onChange();
    return null;
  }
}

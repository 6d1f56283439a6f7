import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/** The answers that are being given, so that the end of the process cuts none of them off. */
export class OpenAnswers {
  private readonly open = new Set<ServerResponse>();
  private areLast = false;
  private lastAskedMs: number;

  constructor(private readonly now: () => number = Date.now) {
    this.lastAskedMs = now();
  }

  /** Counts an answer until it is sent whole or its connection breaks. */
  add(response: ServerResponse): void {
    this.lastAskedMs = this.now();
    this.open.add(response);
    if (this.areLast) response.shouldKeepAlive = false;
    response.once('close', () => this.open.delete(response));
  }

  /**
   * Each answer from now on is the last of its connection, and says so (`Connection: close`): a proxy that keeps
   * connections then sends its next request elsewhere, where otherwise it might meet the closing of this one.
   */
  makeLast(): void {
    this.areLast = true;
    for (const response of this.open) response.shouldKeepAlive = false;
  }

  /** Resolves when nobody has asked for `quietMs`, at the latest after `limitMs`. */
  async quiet(quietMs: number, limitMs: number): Promise<void> {
    const deadline = this.now() + limitMs;
    this.lastAskedMs = this.now();
    while (this.now() < Math.min(this.lastAskedMs + quietMs, deadline)) await sleep(LOOK_EVERY_MS);
  }

  /** Resolves when every answer is sent, at the latest after `limitMs`. */
  async sent(limitMs: number): Promise<void> {
    const deadline = this.now() + limitMs;
    while (this.open.size > 0 && this.now() < deadline) await sleep(LOOK_EVERY_MS);
  }
}

/** Something kept between uses because it may be wanted again. */
export interface Held {
  /** Whether nobody uses it now. */
  isIdle(): boolean;
  /** Epoch milliseconds of the last use. */
  usedAtMs(): number;
  /** Roughly what it holds in memory, bytes. */
  heldBytes(): number;
}

/** What idle things may hold together. */
export interface IdleLimits {
  readonly forgetMs: number;
  readonly mostBytes: number;
  readonly most: number;
}

/**
 * Keys of what should be forgotten: idle for `forgetMs`, or beyond what idle things may hold, the longest unused first.
 * The one used last stays whatever its size, or every request for it would begin from nothing.
 */
export function toForget<Key>(
  held: ReadonlyMap<Key, Held>,
  { forgetMs, mostBytes, most }: IdleLimits,
  nowMs: number,
): readonly Key[] {
  const idle = [...held]
    .filter(([, item]) => item.isIdle())
    .reverse()
    .sort(([, a], [, b]) => b.usedAtMs() - a.usedAtMs());
  let bytes = 0;
  const isBeyond = idle.map(([, item], index) => {
    bytes += item.heldBytes();
    const isOld = nowMs - item.usedAtMs() >= forgetMs;
    return isOld || (index > 0 && (bytes > mostBytes || index >= most));
  });
  return idle.filter((_, index) => isBeyond[index]).map(([key]) => key);
}

import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** Secrets that seal: the first seals, all open. */
export interface KeyRing {
  /** At least one. The same array as before while nothing has changed. */
  secrets(): readonly Buffer[];
}

const MIN_CHARACTERS = 32;

/** How long a file is taken to be as it was, milliseconds. */
const LOOK_AGAIN_MS = 2_000;

/** A secret of this process alone: what it sealed opens nowhere else, and not after a restart. */
export function randomKeyRing(): KeyRing {
  const secrets = [randomBytes(32)];
  return { secrets: () => secrets };
}

function parse(text: string): readonly Buffer[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length === 0) throw new Error('it holds no key');
  if (lines.some((line) => line.length < MIN_CHARACTERS)) {
    throw new Error(`a key in it has fewer than ${MIN_CHARACTERS} characters`);
  }
  return lines.map((line) => Buffer.from(line, 'utf8'));
}

/**
 * Secrets in a file, one a line, read again when it changes (a mounted Secret is swapped as a whole). Throws when it cannot
 * be used at the start; later the last usable ones stay, and `onFault` hears why.
 */
export function fileKeyRing(
  path: string,
  now: () => number,
  onFault: (message: string) => void,
): KeyRing {
  const read = () => {
    const { mtimeMs, ino, size } = statSync(path);
    return { version: `${mtimeMs} ${ino} ${size}`, secrets: parse(readFileSync(path, 'utf8')) };
  };
  let known = read();
  let lookedMs = now();
  return {
    secrets() {
      if (now() - lookedMs < LOOK_AGAIN_MS) return known.secrets;
      lookedMs = now();
      try {
        const { mtimeMs, ino, size } = statSync(path);
        if (known.version !== `${mtimeMs} ${ino} ${size}`) known = read();
      } catch (caught) {
        onFault(caught instanceof Error ? caught.message : 'it cannot be read');
      }
      return known.secrets;
    },
  };
}

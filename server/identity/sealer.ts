import { createHash, hkdfSync } from 'node:crypto';
import { compactDecrypt, CompactEncrypt, decodeProtectedHeader } from 'jose';
import type { KeyRing } from '@/server/identity/key-ring';

interface DerivedKey {
  /** Says which key sealed, and nothing about it. */
  readonly id: string;
  readonly key: Uint8Array;
}

const ALGORITHMS = {
  keyManagementAlgorithms: ['dir'],
  contentEncryptionAlgorithms: ['A256GCM'],
};

/**
 * Seals values so that only a holder of the keys can read or make them (JWE, `dir` with `A256GCM`). Each purpose has keys of
 * its own, so that what was sealed for one never opens as another.
 */
export class Sealer {
  private derived: {
    readonly from: readonly Buffer[];
    readonly keys: readonly DerivedKey[];
  } | null = null;

  constructor(
    private readonly ring: KeyRing,
    private readonly purpose: 'session' | 'login',
  ) {}

  /** Seals with the first key. */
  async seal(value: unknown): Promise<string> {
    const [first] = this.keys();
    if (first === undefined) throw new Error('the key ring is empty');
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(value)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: first.id })
      .encrypt(first.key);
  }

  /** What was sealed, and whether by the first key; `null` for whatever was not sealed for this purpose by a key of the ring. */
  async open(
    sealed: string,
  ): Promise<{ readonly value: unknown; readonly isFresh: boolean } | null> {
    try {
      const { kid } = decodeProtectedHeader(sealed);
      const keys = this.keys();
      const position = keys.findIndex(({ id }) => id === kid);
      const found = keys[position];
      if (found === undefined) return null;
      const { plaintext } = await compactDecrypt(sealed, found.key, ALGORITHMS);
      const value: unknown = JSON.parse(new TextDecoder().decode(plaintext));
      return { value, isFresh: position === 0 };
    } catch {
      return null;
    }
  }

  private keys(): readonly DerivedKey[] {
    const from = this.ring.secrets();
    if (this.derived?.from !== from) {
      this.derived = { from, keys: from.map((secret) => derive(secret, this.purpose)) };
    }
    return this.derived.keys;
  }
}

function derive(secret: Buffer, purpose: string): DerivedKey {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', `fanari ${purpose} 1`, 32));
  return {
    id: createHash('sha256').update('kid').update(key).digest('base64url').slice(0, 11),
    key,
  };
}

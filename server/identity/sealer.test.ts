import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompactEncrypt, CompactSign, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileKeyRing, randomKeyRing } from '@/server/identity/key-ring';
import { Sealer } from '@/server/identity/sealer';

const secret = () => randomBytes(24).toString('hex');

describe('what is sealed', () => {
  const ring = randomKeyRing();
  const sealer = new Sealer(ring, 'session');
  const value = { who: 'alice' };

  test('opens again, and cannot be read without the key', async () => {
    const sealed = await sealer.seal(value);
    expect(await sealer.open(sealed)).toEqual({ value, isFresh: true });
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('alice');
    expect(await sealer.seal(value)).not.toBe(sealed);
  });

  test('for another purpose does not open', async () => {
    const login = new Sealer(ring, 'login');
    expect(await sealer.open(await login.seal(value))).toBeNull();
  });

  test('by another key does not open, also under the name of this one', async () => {
    const sealed = await new Sealer(randomKeyRing(), 'session').seal(value);
    expect(await sealer.open(sealed)).toBeNull();
    const [header = ''] = (await sealer.seal(value)).split('.');
    expect(await sealer.open([header, ...sealed.split('.').slice(1)].join('.'))).toBeNull();
  });

  test('and changed anywhere does not open', async () => {
    const sealed = await sealer.seal(value);
    for (let at = 0; at < sealed.length; at += 7) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      if (sealed[at] === '.') continue;
      const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
      expect(await sealer.open(changed), changed).toBeNull();
    }
  });

  test('in other ways than Fanari does not open', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    const [head = ''] = (await sealer.seal(value)).split('.');
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string };
    const raw = new Uint8Array(ring.secrets()[0] ?? []);
    const forged = [
      new UnsecuredJWT(value).encode(),
      `${Buffer.from(JSON.stringify({ alg: 'none', kid })).toString('base64url')}.${Buffer.from(bytes).toString('base64url')}.`,
      await new CompactSign(bytes).setProtectedHeader({ alg: 'HS256', kid }).sign(raw),
      // The secret itself is never a key, only what is derived from it.
      await new CompactEncrypt(bytes)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid })
        .encrypt(raw),
      await new CompactEncrypt(bytes)
        .setProtectedHeader({ alg: 'A256KW', enc: 'A256GCM', kid })
        .encrypt(raw),
      await new CompactEncrypt(bytes)
        .setProtectedHeader({ alg: 'PBES2-HS256+A128KW', enc: 'A256GCM', kid, p2c: 1_000 })
        .encrypt(raw),
      '',
      '....',
      'a.b.c.d.e',
      JSON.stringify(value),
    ];
    for (const sealed of forged) expect(await sealer.open(sealed), sealed).toBeNull();
  });
});

describe('a file of keys', () => {
  let folder: string;
  let path: string;
  let nowMs: number;
  let faults: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keys-'));
    path = join(folder, 'keys');
    nowMs = 1_000_000;
    faults = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (...keys: string[]) => {
    writeFileSync(path, keys.join('\n'));
    utimesSync(path, nowMs / 1000, nowMs / 1000);
    nowMs += 5_000;
  };
  const ring = () =>
    fileKeyRing(
      path,
      () => nowMs,
      (message) => faults.push(message),
    );

  test('rotates without a restart: the new key seals, the old one still opens until it is gone', async () => {
    const [old, next] = [secret(), secret()];
    write(old);
    const sealer = new Sealer(ring(), 'session');
    const other = new Sealer(ring(), 'session');
    const sealed = await sealer.seal('x');
    write(next, old);
    expect(await sealer.open(sealed)).toEqual({ value: 'x', isFresh: false });
    const anew = await sealer.seal('x');
    expect(await other.open(anew)).toEqual({ value: 'x', isFresh: true });
    write(next);
    expect(await sealer.open(sealed)).toBeNull();
    expect(await sealer.open(anew)).toEqual({ value: 'x', isFresh: true });
  });

  test('that is broken later changes nothing, and that is said', async () => {
    write(secret());
    const sealer = new Sealer(ring(), 'session');
    const sealed = await sealer.seal('x');
    write('short');
    expect(await sealer.open(sealed)).not.toBeNull();
    expect(faults.join()).toContain('fewer than 32');
  });

  test.each([[''], ['short'], [`${secret()}\nshort`]])('%j is no file of keys', (text) => {
    write(text);
    expect(ring).toThrow(/key/);
  });
});

import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  EMPTY_MEMORY,
  loadLayoutMemory,
  saveLayoutMemory,
} from '@/components/graph/layout/layout-memory';

afterEach(() => vi.unstubAllGlobals());

function storageOf(entries: Map<string, string>): Pick<Storage, 'getItem' | 'setItem'> {
  return {
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, value),
  };
}

describe('layout memory', () => {
  it('comes back as it was kept, under its own name only', () => {
    vi.stubGlobal('localStorage', storageOf(new Map()));
    const memory = {
      ...EMPTY_MEMORY,
      movedNodes: { a: { x: 1, y: 2 } },
      folded: ['namespace:x'],
      insides: { b: { a: { x: 3, y: 4 } } },
    };
    saveLayoutMemory('one.workload', memory);
    expect(loadLayoutMemory('one.workload')).toEqual(memory);
    expect(loadLayoutMemory('two.workload')).toEqual(EMPTY_MEMORY);
  });

  it.each(['', '{', '[]', '7', '{"movedNodes":{"a":{"x":"far","y":null}},"folded":3}'])(
    'is empty when %j is stored',
    (text) => {
      vi.stubGlobal('localStorage', storageOf(new Map([['fanari.layout.v1.x', text]])));
      expect(loadLayoutMemory('x')).toEqual(EMPTY_MEMORY);
    },
  );

  it.each([
    ['is too much to keep', 20_000, () => undefined],
    [
      'finds the storage nearly full',
      200,
      (text: string) => {
        if (text.length > 5000) throw new DOMException('quota', 'QuotaExceededError');
      },
    ],
  ])('keeps what the user moved when the rest %s', (_, count, take) => {
    const entries = new Map<string, string>();
    const storage = storageOf(entries);
    const setItem = (key: string, text: string): void => {
      take(text);
      storage.setItem(key, text);
    };
    vi.stubGlobal('localStorage', { ...storage, setItem });
    const points = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`workload:a/${index}`, { x: 0, y: index }]),
    );
    const moved = {
      movedNodes: { a: { x: 1, y: 2 } },
      movedItems: { 'namespace:x': { x: 7, y: 8 } },
    };
    saveLayoutMemory('x', { ...EMPTY_MEMORY, ...moved });
    saveLayoutMemory('x', {
      ...EMPTY_MEMORY,
      ...moved,
      movedNodes: { a: { x: 3, y: 4 } },
      insides: { 'namespace:a': points },
    });
    expect(loadLayoutMemory('x')).toMatchObject({ ...moved, movedNodes: { a: { x: 3, y: 4 } } });
  });

  it('works without storage, and with storage that refuses', () => {
    vi.stubGlobal('localStorage', undefined);
    expect(loadLayoutMemory('x')).toEqual(EMPTY_MEMORY);
    expect(() => saveLayoutMemory('x', EMPTY_MEMORY)).not.toThrow();
    const refuse = (): never => {
      throw new DOMException('quota', 'QuotaExceededError');
    };
    vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse });
    expect(loadLayoutMemory('x')).toEqual(EMPTY_MEMORY);
    expect(() => saveLayoutMemory('x', EMPTY_MEMORY)).not.toThrow();
  });
});

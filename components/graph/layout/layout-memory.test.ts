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

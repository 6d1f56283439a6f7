import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
/** An import that is still there when types are erased. */
const LOADED = /^(?:import|export) (?!type )[^;]*? from '@\/contract\/([\w-]+)'/gm;

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test(-d)?\.tsx?$/.test(name))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'));
}

function loadedBy(source: string): readonly string[] {
  return [...source.matchAll(LOADED)].map(([, file = '']) => file);
}

test('a browser loads no schema, so that descriptions cost it nothing', () => {
  const pending = [
    ...sourcesOf('components'),
    ...sourcesOf('app').filter((source) => source.startsWith("'use client'")),
  ].flatMap(loadedBy);
  const loaded = new Set<string>();
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (loaded.has(file)) continue;
    loaded.add(file);
    const source = readFileSync(join(ROOT, 'contract', `${file}.ts`), 'utf8');
    expect(source, file).not.toMatch(/^import \{.*\} from 'zod'/m);
    pending.push(...loadedBy(source));
  }
  expect([...loaded]).toContain('apply-delta');
});

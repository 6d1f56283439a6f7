import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffRows, type DiffRow } from '@/components/panels/diff-rows';

const text = (rows: readonly DiffRow[]) =>
  rows.map(({ kind, pieces }) => `${kind} ${pieces.map((piece) => piece.text).join('')}`);

test('only the changed number of a weight is marked', () => {
  const rows = diffRows('a\nweight: 90\nb\n', 'a\nweight: 50\nb\n');
  expect(text(rows)).toEqual(['same a', 'removed weight: 90', 'added weight: 50', 'same b']);
  expect(rows.flatMap(({ pieces }) => pieces.filter(({ isChanged }) => isChanged))).toEqual([
    { text: '90', isChanged: true },
    { text: '50', isChanged: true },
  ]);
});

test('lines carry the number that they have in their own text', () => {
  const rows = diffRows('a\nb\nc\n', 'x\na\nb\n');
  expect(rows.map(({ kind, line }) => [kind, line])).toEqual([
    ['added', 1],
    ['same', 2],
    ['same', 3],
    ['removed', 3],
  ]);
});

test('equal texts have no rows', () => {
  expect(diffRows('a\nb\n', 'a\nb\n')).toEqual([]);
});

test('what is not removed is the new text wherever the diff speaks of it', () => {
  const lines = fc.array(fc.constantFrom('a', 'b: 1', 'b: 2', 'c'), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const young = after.map((line) => `${line}\n`).join('');
      for (const row of diffRows(before.map((line) => `${line}\n`).join(''), young)) {
        if (row.kind !== 'same' && row.kind !== 'added') continue;
        expect(after[(row.line ?? 0) - 1]).toBe(row.pieces.map((piece) => piece.text).join(''));
      }
    }),
  );
});

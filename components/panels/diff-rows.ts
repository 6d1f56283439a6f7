import { diffWordsWithSpace, structuredPatch } from 'diff';

/** A piece of a line; `isChanged` pieces are what differs from the line it stands against. */
export interface DiffPiece {
  readonly text: string;
  readonly isChanged: boolean;
}

/** One line of a unified diff, or a gap between two of its parts. */
export interface DiffRow {
  readonly kind: 'same' | 'removed' | 'added' | 'gap';
  /** Line number in the text that the line is of; `null` for a gap. */
  readonly line: number | null;
  readonly pieces: readonly DiffPiece[];
}

const CONTEXT_LINES = 3;

/**
 * The unified diff of two texts with three lines of context. A run of removed lines followed by as many added ones is
 * taken as those lines changed, and the words that differ are marked.
 */
export function diffRows(before: string, after: string): readonly DiffRow[] {
  const { hunks } = structuredPatch('before', 'after', before, after, '', '', {
    context: CONTEXT_LINES,
  });
  return hunks.flatMap((hunk, index) => {
    const rows = hunkRows(hunk.lines, hunk.oldStart, hunk.newStart);
    return index === 0
      ? rows
      : [{ kind: 'gap', line: null, pieces: [] } satisfies DiffRow, ...rows];
  });
}

function hunkRows(lines: readonly string[], oldStart: number, newStart: number): DiffRow[] {
  const rows: DiffRow[] = [];
  let oldLine = oldStart;
  let newLine = newStart;
  for (const text of lines) {
    const pieces = [{ text: text.slice(1), isChanged: false }];
    if (text.startsWith('-')) rows.push({ kind: 'removed', line: oldLine++, pieces });
    else if (text.startsWith('+')) rows.push({ kind: 'added', line: newLine++, pieces });
    else if (text.startsWith(' ')) {
      rows.push({ kind: 'same', line: newLine++, pieces });
      oldLine += 1;
    }
  }
  return markWords(rows);
}

function markWords(rows: readonly DiffRow[]): DiffRow[] {
  const marked = [...rows];
  let start = 0;
  while (start < marked.length) {
    const removed = runLength(marked, start, 'removed');
    const added = runLength(marked, start + removed, 'added');
    if (removed > 0 && removed === added) markPairs(marked, start, removed);
    start += Math.max(1, removed + added);
  }
  return marked;
}

function runLength(rows: readonly DiffRow[], start: number, kind: DiffRow['kind']): number {
  let end = start;
  while (rows[end]?.kind === kind) end += 1;
  return end - start;
}

function markPairs(rows: DiffRow[], start: number, count: number): void {
  for (let offset = 0; offset < count; offset += 1) {
    const old = rows[start + offset];
    const young = rows[start + count + offset];
    if (old === undefined || young === undefined) continue;
    const words = diffWordsWithSpace(textOf(old), textOf(young));
    rows[start + offset] = { ...old, pieces: pieces(words.filter(({ added }) => !added)) };
    rows[start + count + offset] = {
      ...young,
      pieces: pieces(words.filter(({ removed }) => !removed)),
    };
  }
}

function pieces(
  words: readonly { value: string; added?: boolean; removed?: boolean }[],
): DiffPiece[] {
  return words.map(({ value, added, removed }) => ({
    text: value,
    isChanged: added === true || removed === true,
  }));
}

function textOf(row: DiffRow): string {
  return row.pieces.map(({ text }) => text).join('');
}

import { isWord } from '@/demo/prometheus/promql/pattern-class';
import { compileProgram, type Instruction } from '@/demo/prometheus/promql/pattern-program';
import { parsePattern, type Assertion } from '@/demo/prometheus/promql/pattern-syntax';
import { parseError } from '@/demo/prometheus/promql/query-error';

/** A regular expression that must match the whole text, as in every place where PromQL has one. */
export interface Pattern {
  matches(text: string): boolean;
  /**
   * Start and end of each group as offsets into the array of code points of `text`, in pairs, the whole text first;
   * -1 for a group that took no part. `null` when the text does not match.
   */
  capture(codes: readonly number[]): readonly number[] | null;
  /** By group index; empty for unnamed groups. */
  readonly groupNames: readonly string[];
}

const compiled = new Map<string, Pattern>();
const MOST_COMPILED = 200;

/**
 * Compiles RE2 syntax. Matching takes time linear in the text whatever the pattern, as RE2 does, so no query can hang the
 * process. Throws a `bad_data` error for what Go's `regexp` refuses.
 */
export function compilePattern(text: string): Pattern {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const pattern = build(text);
  if (compiled.size >= MOST_COMPILED) compiled.clear();
  compiled.set(text, pattern);
  return pattern;
}

function build(text: string): Pattern {
  try {
    const { node, groupNames } = parsePattern(text);
    const machine = new PatternMachine(compileProgram(node), groupNames.length);
    return {
      groupNames,
      capture: (codes) => machine.run(codes),
      matches: (value) => machine.run(codePointsOf(value)) !== null,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw parseError(`error parsing regexp: ${reason}`);
  }
}

/** The code points of a text, which is what patterns match. */
export function codePointsOf(text: string): number[] {
  return Array.from(text, (each) => each.codePointAt(0) ?? 0);
}

interface Thread {
  readonly at: number;
  readonly saved: readonly number[];
}

class PatternMachine {
  private readonly seen: Int32Array;
  private generation = 0;

  constructor(
    private readonly program: readonly Instruction[],
    private readonly groups: number,
  ) {
    this.seen = new Int32Array(program.length);
  }

  run(codes: readonly number[]): readonly number[] | null {
    const none = new Array<number>(this.groups * 2).fill(-1);
    let threads = this.follow([{ at: 0, saved: none }], codes, 0);
    for (let position = 0; position < codes.length; position++) {
      if (threads.length === 0) return null;
      const code = codes[position] ?? 0;
      const stepped: Thread[] = [];
      for (const thread of threads) {
        const instruction = this.program[thread.at];
        if (instruction?.kind === 'test' && instruction.test(code)) {
          stepped.push({ at: thread.at + 1, saved: thread.saved });
        }
      }
      threads = this.follow(stepped, codes, position + 1);
    }
    const winner = threads.find((thread) => this.program[thread.at]?.kind === 'match');
    return winner === undefined ? null : [0, codes.length, ...winner.saved.slice(2)];
  }

  /** Follows everything that consumes nothing; keeps the first thread to arrive at each instruction. */
  private follow(from: readonly Thread[], codes: readonly number[], position: number): Thread[] {
    const arrived: Thread[] = [];
    const pending = from.toReversed();
    this.generation++;
    for (let thread = pending.pop(); thread !== undefined; thread = pending.pop()) {
      if (this.seen[thread.at] === this.generation) continue;
      this.seen[thread.at] = this.generation;
      const instruction = this.program[thread.at];
      if (instruction === undefined) continue;
      this.advance(thread, instruction, codes, position, pending, arrived);
    }
    return arrived;
  }

  private advance(
    { at, saved }: Thread,
    instruction: Instruction,
    codes: readonly number[],
    position: number,
    pending: Thread[],
    arrived: Thread[],
  ): void {
    switch (instruction.kind) {
      case 'jump':
        pending.push({ at: instruction.to, saved });
        return;
      case 'split':
        pending.push({ at: instruction.second, saved }, { at: instruction.first, saved });
        return;
      case 'save':
        pending.push({ at: at + 1, saved: saved.with(instruction.slot, position) });
        return;
      case 'assert':
        if (holds(instruction.assertion, codes, position)) pending.push({ at: at + 1, saved });
        return;
      default:
        arrived.push({ at, saved });
    }
  }
}

function holds(assertion: Assertion, codes: readonly number[], position: number): boolean {
  const before = codes[position - 1];
  const after = codes[position];
  const isBoundary =
    (before !== undefined && isWord(before)) !== (after !== undefined && isWord(after));
  switch (assertion) {
    case 'textStart':
      return before === undefined;
    case 'textEnd':
      return after === undefined;
    case 'lineStart':
      return before === undefined || before === 10;
    case 'lineEnd':
      return after === undefined || after === 10;
    case 'word':
      return isBoundary;
    case 'notWord':
      return !isBoundary;
  }
}

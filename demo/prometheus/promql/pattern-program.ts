import type { CharacterTest } from '@/demo/prometheus/promql/pattern-class';
import type { Assertion, PatternNode } from '@/demo/prometheus/promql/pattern-syntax';

/** One step of a matcher that runs all alternatives side by side. */
export type Instruction =
  | { readonly kind: 'test'; readonly test: CharacterTest }
  | { readonly kind: 'assert'; readonly assertion: Assertion }
  | { readonly kind: 'save'; readonly slot: number }
  | { kind: 'split'; first: number; second: number }
  | { kind: 'jump'; to: number }
  | { readonly kind: 'match' };

const MOST_INSTRUCTIONS = 20_000;

/** Compiles a pattern. Throws when repetition makes it too large. */
export function compileProgram(node: PatternNode): Instruction[] {
  const program: Instruction[] = [];
  emit(node, program);
  program.push({ kind: 'match' });
  return program;
}

function emit(node: PatternNode, program: Instruction[]): void {
  if (program.length > MOST_INSTRUCTIONS) throw new Error('expression too large');
  switch (node.kind) {
    case 'test':
    case 'assert':
      program.push(node);
      return;
    case 'sequence':
      for (const part of node.parts) emit(part, program);
      return;
    case 'capture':
      program.push({ kind: 'save', slot: node.index * 2 });
      emit(node.inner, program);
      program.push({ kind: 'save', slot: node.index * 2 + 1 });
      return;
    case 'choice':
      emitChoice(node.options, program);
      return;
    case 'repeat':
      emitRepeat(node, program);
  }
}

function emitChoice(options: readonly PatternNode[], program: Instruction[]): void {
  const ends: { kind: 'jump'; to: number }[] = [];
  for (const [index, option] of options.entries()) {
    if (index === options.length - 1) {
      emit(option, program);
      break;
    }
    const split = pushSplit(program);
    split.first = program.length;
    emit(option, program);
    const end = { kind: 'jump' as const, to: 0 };
    program.push(end);
    ends.push(end);
    split.second = program.length;
  }
  for (const end of ends) end.to = program.length;
}

function emitRepeat(node: PatternNode & { kind: 'repeat' }, program: Instruction[]): void {
  for (let count = 0; count < node.least; count++) emit(node.inner, program);
  if (node.most === Infinity) {
    const start = program.length;
    const split = pushSplit(program);
    emit(node.inner, program);
    program.push({ kind: 'jump', to: start });
    prefer(split, node.greedy, start + 1, program.length);
    return;
  }
  const splits: { at: number; split: Instruction & { kind: 'split' } }[] = [];
  for (let count = node.least; count < node.most; count++) {
    splits.push({ at: program.length, split: pushSplit(program) });
    emit(node.inner, program);
  }
  for (const { at, split } of splits) prefer(split, node.greedy, at + 1, program.length);
}

function pushSplit(program: Instruction[]): Instruction & { kind: 'split' } {
  const split = { kind: 'split' as const, first: 0, second: 0 };
  program.push(split);
  return split;
}

function prefer(
  split: Instruction & { kind: 'split' },
  greedy: boolean,
  inside: number,
  outside: number,
): void {
  split.first = greedy ? inside : outside;
  split.second = greedy ? outside : inside;
}

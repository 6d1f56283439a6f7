import { describe, expect, it } from 'vitest';
import type { Expression } from '@/demo/prometheus/promql/ast';
import { parse } from '@/demo/prometheus/promql/parse';

/** An expression with every operation in brackets. */
function shape(node: Expression): string {
  switch (node.kind) {
    case 'number':
      return String(node.value);
    case 'selector':
      return (node.matchers.at(-1)?.value ?? '') + (node.shift.offsetMs === 0 ? '' : '~');
    case 'unary':
      return `(-${shape(node.inner)})`;
    case 'binary':
      return `(${shape(node.left)} ${node.operator} ${shape(node.right)})`;
    case 'parenthesis':
      return shape(node.inner);
    default:
      return node.kind;
  }
}

describe('parse', () => {
  it.each([
    ['a + b * c', '(a + (b * c))'],
    ['a - b - c', '((a - b) - c)'],
    ['a ^ b ^ c', '(a ^ (b ^ c))'],
    ['-a ^ b', '(-(a ^ b))'],
    ['-1 ^ 2', '(-(1 ^ 2))'],
    ['a * -1 ^ 2', '(a * (-(1 ^ 2)))'],
    ['a or b and c', '(a or (b and c))'],
    ['a == b + c', '(a == (b + c))'],
    ['a + b offset 5m', '(a + b~)'],
    ['a + b offset 5m * c', '(a + (b~ * c))'],
    ['-a offset 5m', '(-a~)'],
    ['a -1', '(a - 1)'],
    ['a unless b unless c', '((a unless b) unless c)'],
    ['a atan2 b % c', '((a atan2 b) % c)'],
  ])('binds %s as %s', (query, expected) => {
    expect(shape(parse(query))).toBe(expected);
  });

  it.each([
    'a + on (x) fill (0) b',
    'limitk(1, a)',
    'a[60]',
    'a[1m + 1m]',
    '{"a"="b"}',
    'sum by ("x") (a)',
    'a smoothed',
    '1_000',
    '5m',
    'a offset 5',
    'start()',
    'info(a)',
  ])('refuses %s, which came after Prometheus 2.42', (query) => {
    expect(() => parse(query)).toThrow(expect.objectContaining({ type: 'bad_data' }) as Error);
  });

  it('never throws anything but a query error, whatever the text', () => {
    const pieces = [
      'a',
      '(',
      ')',
      '{',
      '}',
      '[',
      ']',
      '"',
      '5m',
      ',',
      '=',
      'sum',
      'by',
      'on',
      '@',
      '-',
      '`',
      ':',
      '#',
      '\n',
    ];
    let state = 1;
    for (let run = 0; run < 3000; run++) {
      let query = '';
      for (let piece = 0; piece < 8; piece++) {
        state = (state * 48_271) % 2_147_483_647;
        query += pieces[state % pieces.length] ?? '';
      }
      try {
        parse(query);
      } catch (error) {
        expect(error).toMatchObject({ name: 'QueryError', type: 'bad_data' });
      }
    }
  });
});

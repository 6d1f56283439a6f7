import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codePointsOf, compilePattern } from '@/demo/prometheus/promql/pattern';

describe('compilePattern', () => {
  it('matches whole values as JavaScript does where both know the syntax', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '.',
      '[ab]',
      '[^a]',
      '\\d',
      '\\w+',
      '(a|b)',
      '(?:ab)',
      'a*',
      'b+?',
      'c?',
      '|',
      'a{2}',
      'b{1,3}',
      '(a*)*',
      '[a-c]{2,}',
      '\\.',
      '$',
      '^',
    );
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', '1', '.', '\n', 'é'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), text, (pieces, value) => {
        const source = pieces.join('');
        const expected = new RegExp(`^(?:${source})$`, 'u').test(value);
        expect(compilePattern(source).matches(value)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes linear time for patterns that make backtracking matchers hang', () => {
    const startedMs = performance.now();
    expect(compilePattern('(a*)*b').matches('a'.repeat(5000))).toBe(false);
    expect(compilePattern('(a|a)*c').matches('a'.repeat(5000))).toBe(false);
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });

  it('captures what the preferred alternative matched', () => {
    const groups = compilePattern('(a+?)(a*)(x)?').capture(codePointsOf('aaa'));
    expect(groups).toEqual([0, 3, 0, 1, 1, 3, -1, -1]);
  });

  it.each([
    'a(?=b)',
    '(a)\\1',
    '[',
    'a**',
    '*a',
    'a{1001}',
    ')',
    '(',
    '\\',
    '[b-a]',
    '(?<n>a)',
    '\\Z',
  ])('refuses %s, as RE2 does', (source) => {
    expect(() => compilePattern(source)).toThrow('error parsing regexp');
  });
});

import { describe, expect, it } from 'vitest';
import { closingLine, countPlaywright, countVitest, sumCounts, totalsOf } from './test-counts.mjs';

describe('countVitest', () => {
  it('counts a file that could not be loaded as a failure', () => {
    const report = { testResults: [{ name: 'a.test.ts', status: 'failed', assertionResults: [] }] };
    expect(countVitest(report)).toEqual({ passed: 0, failed: 1, skipped: [] });
  });

  it('names every test that did not run', () => {
    const assertionResults = [
      { status: 'passed', fullName: 'one' },
      { status: 'failed', fullName: 'two' },
      { status: 'skipped', fullName: 'three' },
      { status: 'todo', fullName: 'four' },
    ];
    const report = { testResults: [{ name: 'a.test.ts', status: 'failed', assertionResults }] };
    expect(countVitest(report)).toEqual({ passed: 1, failed: 1, skipped: ['three', 'four'] });
  });
});

describe('countPlaywright', () => {
  it('counts tests in nested suites, and errors outside every test', () => {
    const inner = {
      title: 'drag',
      specs: [
        { title: 'moves', tests: [{ status: 'expected' }] },
        { title: 'waits', tests: [{ status: 'skipped' }] },
      ],
    };
    const suites = [{ title: 'split.spec.ts', suites: [inner] }];
    expect(countPlaywright({ suites, errors: ['no browser'] })).toEqual({
      passed: 1,
      failed: 1,
      skipped: ['split.spec.ts › drag › waits'],
    });
  });
});

describe('sumCounts', () => {
  it('keeps the names of what was skipped', () => {
    const one = { passed: 1, failed: 0, skipped: ['a'] };
    const two = { passed: 2, failed: 3, skipped: ['b'] };
    expect(sumCounts([one, two])).toEqual({ passed: 3, failed: 3, skipped: ['a', 'b'] });
  });
});

describe('totalsOf', () => {
  it('reads the last closing line', () => {
    const output = 'unit 1 s  1 passed, 0 failed, 0 skipped\n9 passed, 9 failed, 9 skipped\nmore\n';
    const closing = closingLine({ passed: 12, failed: 0, skipped: 3 });
    expect(totalsOf(`${output}${closing}\n`, 0)).toEqual({ passed: 12, failed: 0, skipped: 3 });
  });

  it('counts a failure that no line explains', () => {
    expect(totalsOf('killed\n', 137)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(totalsOf('', 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    const good = closingLine({ passed: 5, failed: 0, skipped: 0 });
    expect(totalsOf(`${good}\n`, 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
    const bad = closingLine({ passed: 5, failed: 2, skipped: 0 });
    expect(totalsOf(`${bad}\n`, 1)).toEqual({ passed: 5, failed: 2, skipped: 0 });
  });
});

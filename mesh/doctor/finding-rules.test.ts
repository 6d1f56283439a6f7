import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findingRules } from '@/mesh/doctor/finding-rules';

const page = readFileSync(join(import.meta.dirname, '../../docs/doctor.md'), 'utf8');

test('docs/doctor.md lists every rule with what it says, and no other', () => {
  const [, table = ''] = page.split('## Rules');
  const listed = [...table.matchAll(/^\| `([a-z-]+)` +\| (.*?) +\|$/gm)].map(
    ([, rule = '', says = '']) => [rule, says],
  );
  const rules = Object.entries(findingRules).map(([rule, { means }]) => [rule, means]);
  expect(listed.toSorted()).toEqual(rules.toSorted());
});

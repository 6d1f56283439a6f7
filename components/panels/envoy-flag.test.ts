import { expect, test } from 'vitest';
import { envoyFlag } from '@/components/panels/envoy-flag';

test('the flags that Istio users meet most are explained in a whole sentence', () => {
  for (const flag of [
    'UH',
    'UF',
    'UO',
    'NR',
    'URX',
    'UT',
    'UC',
    'DC',
    'FI',
    'DI',
    'RL',
    'UAEX',
    'NC',
  ]) {
    expect(envoyFlag(flag).meaning, flag).toMatch(/^[A-Z].{20,}\.$/);
    expect(envoyFlag(flag).name, flag).not.toBe('Unlisted flag');
  }
});

test('a flag of a newer Envoy is shown as unlisted instead of being guessed', () => {
  expect(envoyFlag('XYZ').meaning).toContain('XYZ');
});

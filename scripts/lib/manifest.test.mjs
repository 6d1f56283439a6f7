import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { manifestFile, manifestHeader } from './manifest.mjs';

test('deploy/fanari.yaml was made from the chart as it is; npm run manifest makes it anew', () => {
  expect(readFileSync(manifestFile, 'utf8').slice(0, manifestHeader().length)).toBe(
    manifestHeader(),
  );
});

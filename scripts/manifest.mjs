import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureGoPrograms } from './lib/go-programs.mjs';
import { manifestFile, renderManifest } from './lib/manifest.mjs';
import { requireNode } from './lib/node-version.mjs';

/**
 * Writes deploy/fanari.yaml, or with `--check` says whether it is what the chart makes.
 * @param {boolean} isCheck
 * @returns {Promise<number>} exit code
 */
async function manifest(isCheck) {
  const { faults, folders } = await ensureGoPrograms(['helm']);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) return 1;
  const text = await renderManifest(join(folders['helm'] ?? '', 'helm'));
  if (text === null) return 1;
  const before = existsSync(manifestFile) ? readFileSync(manifestFile, 'utf8') : '';
  if (before === text) return 0;
  if (isCheck) {
    console.error('deploy/fanari.yaml is not what the chart makes: run `npm run manifest`.');
    return 1;
  }
  writeFileSync(manifestFile, text);
  console.log('Wrote deploy/fanari.yaml.');
  return 0;
}

requireNode();
process.exit(await manifest(process.argv.includes('--check')));

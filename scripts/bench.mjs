import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDemo, ensureServer, ensureSettings } from './lib/build.mjs';
import { requireNode } from './lib/node-version.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const folder = join(root, 'tests', 'bench');
const suffix = '.bench.ts';

/** Runs the parts asked for, all without an argument, one after the other so that none disturbs another. */
async function bench() {
  const parts = readdirSync(folder)
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length));
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !existsSync(join(folder, name + suffix)));
  if (unknown.length > 0) {
    console.error(`No such part: ${unknown.join(', ')}. There are: ${parts.join(', ')}.`);
    return 2;
  }
  if (!(await ensurePackages())) return 1;
  if (!(await ensureSettings()) || !(await ensureServer()) || !(await ensureDemo())) return 1;
  const failed = [];
  for (const part of asked.length > 0 ? asked : parts) {
    const { code } = await run(process.execPath, ['--import', 'tsx', join(folder, part + suffix)]);
    if (code !== 0) failed.push(part);
  }
  if (failed.length > 0) console.error(`Could not be measured: ${failed.join(', ')}.`);
  return failed.length > 0 ? 1 : 0;
}

requireNode();
process.exit(await bench());

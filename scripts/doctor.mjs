import { doctorBundle, ensureDoctor } from './lib/build.mjs';
import { requireNode } from './lib/node-version.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { run } from './lib/run.mjs';

/**
 * Examines the cluster and its sources once, with the settings of `npm start`, and prints what is wrong.
 * @returns {Promise<number>} 0 without errors, 1 with errors, 2 when nothing could be examined
 */
async function doctor() {
  if (!(await ensurePackages()) || !(await ensureDoctor())) return 2;
  const args = ['--enable-source-maps', doctorBundle, ...process.argv.slice(2)];
  const { code } = await run(process.execPath, args);
  return code === 0 || code === 1 ? code : 2;
}

requireNode();
process.exit(await doctor());

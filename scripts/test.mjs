import { requireNode } from './lib/node-version.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';
import { closingLine, sumCounts } from './lib/test-counts.mjs';
import { steps } from './lib/test-steps.mjs';

/** @typedef {import('./lib/test-counts.mjs').Counts} Counts */

const needsPrograms = ['unit', 'contract', 'integration', 'e2e'];
/** Groups whose tests start the built server. */
const needsBuild = ['integration', 'e2e'];

/**
 * Runs the steps of the groups asked for, all without an argument, and ends with one line of sums.
 * @param {readonly string[]} groups
 * @returns {Promise<number>} exit code
 */
async function test(groups) {
  const wanted = groups.some((group) => needsBuild.includes(group)) ? ['build', ...groups] : groups;
  const chosen = steps.filter(({ group }) => groups.length === 0 || wanted.includes(group));
  /** @type {{ name: string, seconds: number, counts: Counts }[]} */
  const results = [];
  for (const { name, run } of chosen) {
    console.log(`\n── ${name}`);
    const start = Date.now();
    const counts = await run();
    results.push({ name, seconds: (Date.now() - start) / 1000, counts });
  }
  console.log('\n── summary');
  for (const { name, seconds, counts } of results) {
    console.log(`${name.padEnd(12)} ${seconds.toFixed(1).padStart(7)} s  ${describe(counts)}`);
  }
  const total = sumCounts(results.map(({ counts }) => counts));
  for (const name of total.skipped) console.log(`skipped: ${name}`);
  console.log(describe(total));
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

/** @param {Counts} counts */
function describe({ passed, failed, skipped }) {
  return closingLine({ passed, failed, skipped: skipped.length });
}

/**
 * @param {readonly string[]} groups
 * @returns {Promise<string[]>} a sentence for everything that keeps the tests from running
 */
async function prepare(groups) {
  const unknown = groups.filter((name) => !steps.some(({ group }) => group === name));
  if (unknown.length > 0) return [`No such part: ${unknown.join(', ')}.`];
  if (!(await ensurePackages())) return ['npm packages are missing.'];
  const isPrograms = groups.length === 0 || groups.some((group) => needsPrograms.includes(group));
  return isPrograms ? ensureSystemPackages() : [];
}

requireNode();
const groups = process.argv.slice(2);
const faults = await prepare(groups);
if (faults.length === 0) process.exit(await test(groups));
for (const fault of faults) console.error(fault);
console.log(describe({ passed: 0, failed: faults.length, skipped: [] }));
process.exit(1);

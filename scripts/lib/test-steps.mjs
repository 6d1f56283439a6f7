import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDemo, ensureServer } from './build.mjs';
import { cacheDir } from './paths.mjs';
import { runNode } from './run.mjs';
import { countPlaywright, countVitest } from './test-counts.mjs';

/** @typedef {import('./test-counts.mjs').Counts} Counts */
/** @typedef {{ name: string, group: string, run: () => Promise<Counts> }} Step */

const bin = {
  prettier: 'node_modules/prettier/bin/prettier.cjs',
  eslint: 'node_modules/eslint/bin/eslint.js',
  depcruise: 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
  knip: 'node_modules/knip/bin/knip.js',
  vitest: 'node_modules/vitest/vitest.mjs',
  playwright: 'node_modules/@playwright/test/cli.js',
};

const folders = ['app', 'components', 'contract', 'demo', 'mesh', 'scripts', 'server', 'tests'];

/**
 * @param {boolean} isPassed
 * @returns {Counts}
 */
const single = (isPassed) => ({ passed: isPassed ? 1 : 0, failed: isPassed ? 0 : 1, skipped: [] });

/**
 * A static check: one passed or one failed.
 * @param {string} name
 * @param {string} file
 * @param {readonly string[]} args
 * @returns {Step}
 */
function check(name, file, args) {
  return { name, group: 'check', run: async () => single((await runNode(file, args)).code === 0) };
}

/**
 * A test run whose report is counted. No report, no tests, or an exit code that its counts do not explain is a failure.
 * @param {string} name
 * @param {(report: string) => Promise<number>} start writes its JSON report there; gives the exit code
 * @param {(report: never) => Counts} count
 * @returns {Promise<Counts>}
 */
async function counted(name, start, count) {
  const folder = join(cacheDir, 'test');
  const report = join(folder, `${name}.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(report, { force: true });
  const code = await start(report);
  if (!existsSync(report)) return single(false);
  const counts = count(/** @type {never} */ (JSON.parse(readFileSync(report, 'utf8'))));
  if (counts.passed + counts.failed === 0) {
    console.error(`${name}: no test ran.`);
    return { ...counts, failed: 1 };
  }
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/**
 * @param {string} name
 * @param {readonly string[]} projects
 * @returns {Step}
 */
function vitest(name, projects) {
  /** @param {string} report */
  const start = async (report) => {
    const args = ['run', ...projects.flatMap((project) => ['--project', project])];
    const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
    return (await runNode(bin.vitest, [...args, ...reporters])).code;
  };
  return { name, group: name, run: () => counted(name, start, countVitest) };
}

/**
 * @param {string} report
 */
async function startPlaywright(report) {
  const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  return (await runNode(bin.playwright, ['test', '--reporter=list,json'], { env })).code;
}

/** Everything that `npm test` does, in order: what fails fastest comes first. @type {readonly Step[]} */
export const steps = [
  check('format', bin.prettier, ['--check', '--log-level', 'warn', '.']),
  check('types', 'scripts/check-types.mjs', []),
  check('lint', bin.eslint, ['--max-warnings', '0', '.']),
  check('imports', bin.depcruise, ['--config', '.dependency-cruiser.mjs', ...folders]),
  check('unused', bin.knip, []),
  check('docs', 'scripts/check-docs.mjs', []),
  vitest('unit', ['node', 'dom']),
  vitest('contract', ['contract']),
  {
    name: 'build',
    group: 'build',
    run: async () => single((await ensureServer()) && (await ensureDemo())),
  },
  vitest('integration', ['integration']),
  {
    name: 'e2e',
    group: 'e2e',
    run: () => counted('e2e', startPlaywright, countPlaywright),
  },
];

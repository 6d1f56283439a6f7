import { spawn } from 'node:child_process';
import { root } from './lib/paths.mjs';
import { findProgram } from './lib/run.mjs';
import { closingLine, totalsOf } from './lib/test-counts.mjs';

/** @typedef {import('./lib/test-counts.mjs').Totals} Totals */

/** Enough of the end of what a command prints to hold its closing line. */
const KEPT_CHARACTERS = 100_000;

/**
 * Runs an npm script, shows what it prints and reads its closing line.
 * @param {readonly string[]} args of npm
 * @returns {Promise<{ name: string, seconds: number, totals: Totals }>}
 */
function suite(args) {
  const name = ['npm', ...args].join(' ');
  console.log(`\n══ ${name}`);
  const startedMs = Date.now();
  return new Promise((resolve) => {
    const child = spawn('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.once(signal, () => child.kill(signal));
    }
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      process.stdout.write(text);
      output = (output + text).slice(-KEPT_CHARACTERS);
    });
    child.on('error', (error) => console.error(error.message));
    child.on('close', (code) => {
      const seconds = (Date.now() - startedMs) / 1000;
      resolve({ name, seconds, totals: totalsOf(output, code ?? 1) });
    });
  });
}

/**
 * Runs both suites, the second wherever Go is there to build what it needs, and closes with one line for both.
 * @returns {Promise<number>} exit code
 */
async function ci() {
  const warning = findProgram('go')
    ? null
    : 'ONLY ONE OF THE TWO SUITES RUNS: Go is missing, which builds the real components, so npm run test:real is left out.';
  if (warning) console.error(warning);
  const results = [await suite(['test'])];
  if (!warning) results.push(await suite(['run', 'test:real']));
  console.log('\n══ both suites');
  for (const { name, seconds, totals } of results) {
    console.log(`${name.padEnd(18)} ${seconds.toFixed(0).padStart(5)} s  ${closingLine(totals)}`);
  }
  if (warning) console.log(warning.replace('RUNS', 'RAN').replace('is left out', 'was left out'));
  /** @param {keyof Totals} key */
  const sum = (key) => results.reduce((total, { totals }) => total + totals[key], 0);
  const all = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
  console.log(closingLine(all));
  return results.every(({ totals }) => totals.failed === 0 && totals.passed > 0) ? 0 : 1;
}

process.exitCode = await ci();

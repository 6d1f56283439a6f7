/**
 * How a step ended. `skipped` holds names, so that nothing is left out unseen.
 * @typedef {{ passed: number, failed: number, skipped: string[] }} Counts
 */

/**
 * Counts of a Vitest JSON report. A file that could not be loaded counts as one failure.
 * @param {{ testResults: readonly { name: string, status: string, assertionResults: readonly { status: string, fullName: string }[] }[] }} report
 * @returns {Counts}
 */
export function countVitest({ testResults }) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some(isFailed),
  );
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: tests.filter(isFailed).length + broken.length,
    skipped: tests
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName }) => fullName),
  };
}

/** @param {{ status: string }} test */
function isFailed({ status }) {
  return status === 'failed';
}

/**
 * @typedef {{ title: string, specs?: { title: string, tests: { status: string }[] }[], suites?: PlaywrightSuite[] }} PlaywrightSuite
 */

/**
 * Counts of a Playwright JSON report. Errors outside every test (a fixture that could not be set up) are failures too.
 * @param {{ suites: PlaywrightSuite[], errors: unknown[] }} report
 * @returns {Counts}
 */
export function countPlaywright({ suites, errors }) {
  const tests = suites.flatMap((suite) => testsOf(suite, []));
  return {
    passed: tests.filter(({ status }) => status === 'expected').length,
    failed:
      tests.filter(({ status }) => status === 'unexpected' || status === 'flaky').length +
      errors.length,
    skipped: tests.filter(({ status }) => status === 'skipped').map(({ name }) => name),
  };
}

/**
 * @param {PlaywrightSuite} suite
 * @param {readonly string[]} above titles of the suites around it
 * @returns {{ name: string, status: string }[]}
 */
function testsOf(suite, above) {
  const path = [...above, suite.title];
  return [
    ...(suite.specs ?? []).flatMap(({ title, tests }) =>
      tests.map(({ status }) => ({ name: [...path, title].join(' › '), status })),
    ),
    ...(suite.suites ?? []).flatMap((inner) => testsOf(inner, path)),
  ];
}

/**
 * Adds up the counts of several steps.
 * @param {readonly Counts[]} all
 * @returns {Counts}
 */
export function sumCounts(all) {
  return {
    passed: all.reduce((sum, { passed }) => sum + passed, 0),
    failed: all.reduce((sum, { failed }) => sum + failed, 0),
    skipped: all.flatMap(({ skipped }) => skipped),
  };
}

/**
 * Counts without the names of what was skipped, as one closing line tells them.
 * @typedef {{ passed: number, failed: number, skipped: number }} Totals
 */

/**
 * The line with which every test command closes.
 * @param {Totals} totals
 */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * Reads the closing line in what a test command printed: the last of its form. A command without one, or one that failed
 * without saying what, has failed once.
 * @param {string} output
 * @param {number} code its exit code
 * @returns {Totals}
 */
export function totalsOf(output, code) {
  const lines = [...output.matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)];
  const [passed = 0, failed = 0, skipped = 0] = (lines.at(-1) ?? []).slice(1).map(Number);
  const isUnexplained = lines.length === 0 || (code !== 0 && failed === 0);
  return { passed, failed: isUnexplained ? failed + 1 : failed, skipped };
}

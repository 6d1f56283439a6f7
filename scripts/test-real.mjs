import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureServer, serverEntry, standaloneDir } from './lib/build.mjs';
import { ensureGoPrograms } from './lib/go-programs.mjs';
import { requireNode } from './lib/node-version.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { cacheDir } from './lib/paths.mjs';
import { run, runNode } from './lib/run.mjs';
import { ensureSystemPackages } from './lib/system-packages.mjs';
import { closingLine, countVitest } from './lib/test-counts.mjs';

/** @param {import('./lib/test-counts.mjs').Counts} counts */
function describe({ passed, failed, skipped }) {
  return closingLine({ passed, failed, skipped: skipped.length });
}

/** @param {readonly string[]} faults */
function giveUp(faults) {
  for (const fault of faults) console.error(fault);
  console.log(describe({ passed: 0, failed: faults.length, skipped: [] }));
  return 1;
}

/**
 * Ends the programs that a killed test left behind. Each wrote a file named after its process, with its command in it; a
 * process of another command has taken over the number of one that is gone.
 * @param {string} folder
 */
async function stopLeftovers(folder) {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.pid'))) {
    const pid = name.slice(0, -'.pid'.length);
    const { output } = await run('ps', ['-o', 'args=', '-p', pid], { output: 'capture' });
    if (!output.startsWith(readFileSync(join(folder, name), 'utf8'))) continue;
    console.error(`Ending process ${pid}, which a test left behind.`);
    process.kill(Number(pid), 'SIGKILL');
  }
}

/**
 * Runs the suite, or the test files whose names contain one of the filters.
 * @param {Record<string, string>} env
 * @param {readonly string[]} filters
 */
async function runSuite(env, filters) {
  const report = join(cacheDir, 'test', 'real.json');
  mkdirSync(join(cacheDir, 'test'), { recursive: true });
  rmSync(report, { force: true });
  const reporters = ['--reporter=verbose', '--reporter=json', `--outputFile.json=${report}`];
  const config = ['--config', 'vitest.real.config.ts'];
  const args = ['run', ...config, ...reporters, ...filters];
  const { code } = await runNode('node_modules/vitest/vitest.mjs', args, { env });
  if (!existsSync(report)) return giveUp(['The tests left no report.']);
  const counts = countVitest(JSON.parse(readFileSync(report, 'utf8')));
  const isUnexplained = code !== 0 && counts.failed === 0;
  const isEmpty = counts.passed + counts.failed === 0;
  const total = isUnexplained || isEmpty ? { ...counts, failed: counts.failed + 1 } : counts;
  for (const name of total.skipped) console.log(`skipped: ${name}`);
  console.log(describe(total));
  return total.failed === 0 ? 0 : 1;
}

/** @param {readonly string[]} filters */
async function testReal(filters) {
  if (!(await ensurePackages())) return giveUp(['npm packages are missing.']);
  const missing = await ensureSystemPackages(['Prometheus', 'OpenSSL']);
  if (missing.length > 0) return giveUp(missing);
  const { faults, folders } = await ensureGoPrograms();
  if (faults.length > 0) return giveUp(faults);
  if (!(await ensureServer())) return giveUp(['Fanari could not be built.']);
  const folder = mkdtempSync(join(tmpdir(), 'fanari-real-'));
  try {
    const env = {
      REAL_FOLDER: folder,
      REAL_KUBERNETES: folders['kubernetes'] ?? '',
      REAL_ISTIO: folders['istio'] ?? '',
      REAL_HELM: folders['helm'] ?? '',
      REAL_SIDECAR: folders['sidecar'] ?? '',
      REAL_SAMPLES: folders['samples'] ?? '',
      REAL_JAEGER_V1: folders['jaeger-v1'] ?? '',
      REAL_JAEGER_V2: folders['jaeger-v2'] ?? '',
      REAL_SERVER: serverEntry,
      REAL_SERVER_FOLDER: standaloneDir,
    };
    return await runSuite(env, filters);
  } finally {
    await stopLeftovers(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

requireNode();
process.exit(await testReal(process.argv.slice(2)));

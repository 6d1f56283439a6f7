import { parseArgs } from 'node:util';
import { ensureDemo, ensureServer } from './lib/build.mjs';
import { demoEnvironment, startDemo } from './lib/demo-process.mjs';
import { startFanari, urlOf, waitUntilOk } from './lib/fanari-process.mjs';
import { requireNode } from './lib/node-version.mjs';
import { openBrowser } from './lib/open-browser.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { freePort } from './lib/ports.mjs';
import { Supervisor } from './lib/supervisor.mjs';

const usage = `Usage: npm run demo -- [flags]
  --port P       port of Fanari (default 20010; the next free one when it is taken)
  --services N   a generated mesh of N services instead of the standard one
  --clusters 2   two clusters that are one mesh
  --seed S       same seed, same mesh and traffic (default 1)
  --open         open the browser
  --verbose      show what the server and the embedded mesh print; without it, the audit line of each write
  --json         print the addresses of everything as one line of JSON
Any setting of Fanari can be given as FANARI_… in the environment; see docs/settings.md.`;

const host = '127.0.0.1';
const readyTimeoutMs = 60_000;

function readFlags() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '20010' },
        services: { type: 'string' },
        clusters: { type: 'string' },
        seed: { type: 'string' },
        open: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw new Error(`--port: expected a port from 1 to 65535, got "${values.port}"`);
    }
    return { ...values, port };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

/**
 * Starts the embedded mesh and Fanari in front of it, and stays until something ends them.
 * @param {ReturnType<typeof readFlags>} flags
 * @returns {Promise<number>} exit code
 */
async function demo(flags) {
  if (!(await ensurePackages()) || !(await ensureDemo()) || !(await ensureServer())) return 1;
  const port = await freePort(flags.port, host);
  if (port === null) {
    console.error(
      `Ports ${flags.port} to ${flags.port + 99} are all taken; choose one with --port.`,
    );
    return 1;
  }
  if (port !== flags.port) console.error(`Port ${flags.port} is taken; using ${port} instead.`);

  const supervisor = new Supervisor({ verbose: flags.verbose });
  const addresses = await startDemo(supervisor, [
    ...(flags.services === undefined ? [] : ['--services', flags.services]),
    ...(flags.clusters === undefined ? [] : ['--clusters', flags.clusters]),
    ...(flags.seed === undefined ? [] : ['--seed', flags.seed]),
  ]);
  if (addresses) {
    const env = demoEnvironment(addresses);
    const fanari = startFanari(supervisor, { host, port, env, onLine: showWrite });
    let isOver = false;
    void fanari.done.then(() => (isOver = true));
    const url = urlOf(host, port) + (process.env['FANARI_BASE_PATH'] ?? '').replace(/\/+$/, '');
    const isReady = await waitUntilOk(`${url}/readyz`, {
      timeoutMs: readyTimeoutMs,
      isOver: () => isOver,
    });
    if (isReady) announce(url, addresses, flags);
    else void supervisor.fail(`Fanari was not ready within ${readyTimeoutMs / 1000} s.`, fanari);
  }
  return supervisor.finished;
}

/**
 * Shows the audit line of a write, and nothing else that Fanari logs; `--verbose` shows all.
 * @param {string} line
 */
function showWrite(line) {
  if (!flags.verbose && line.includes('"audit":true')) console.error(line);
}

/**
 * @param {string} url
 * @param {import('./lib/demo-process.mjs').DemoAddresses} addresses
 * @param {ReturnType<typeof readFlags>} flags
 */
function announce(url, addresses, flags) {
  if (flags.json) {
    console.log(JSON.stringify({ url, ...addresses }));
  } else {
    console.log(`\nFanari shows the embedded mesh at ${url}\n`);
    console.log(`  kubectl --kubeconfig ${addresses.kubeconfig} get virtualservices -A`);
    console.log('  Ctrl-C stops everything.\n');
  }
  if (flags.open) openBrowser(url);
}

requireNode();
const flags = readFlags();
if (flags.help) console.log(usage);
else process.exit(await demo(flags));

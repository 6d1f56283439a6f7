import { pathToFileURL } from 'node:url';
import { configBundle, ensureServer, ensureSettings } from './lib/build.mjs';
import { startFanari, urlOf, waitUntilOk } from './lib/fanari-process.mjs';
import { requireNode } from './lib/node-version.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { isFree } from './lib/ports.mjs';
import { Supervisor } from './lib/supervisor.mjs';

/**
 * What server/config.ts exports, as far as this script uses it.
 * @typedef {object} ConfigModule
 * @property {readonly { flag: string, variable: string, kind: string, fallback: string | null, meaning: string }[]} settingRows
 * @property {(argv: readonly string[], env: NodeJS.ProcessEnv) => { ok: true, value: Settings } | { ok: false, error: readonly { setting: string, message: string }[] }} parseSettings
 * @property {(settings: Settings) => Record<string, string>} toEnvironment
 */

/** @typedef {{ host: string, port: number, basePath: string, readOnly: boolean, writesRefusedOnPublicAddress: boolean }} Settings */

/** Fanari ends within five seconds, but finishes a write to the cluster first, for at most 25 s more. */
const endMs = 35_000;

/** @param {ConfigModule} config */
function printHelp({ settingRows }) {
  console.log(
    'Usage: npm start -- [flags]\nEach flag can also be set by the variable beside it.\n',
  );
  for (const { flag, variable, kind, fallback, meaning } of settingRows) {
    const value = kind === 'switch' ? '' : ` <${kind}>`;
    const without = fallback ? ` (default ${fallback})` : '';
    console.log(`  ${flag}${value}   ${variable}\n      ${meaning}${without}`);
  }
}

/**
 * @param {Settings} settings
 * @param {Record<string, string>} env
 * @returns {Promise<number>} exit code
 */
async function serve(settings, env) {
  const { host, port } = settings;
  if (!(await isFree(port, host))) {
    console.error(`${host}:${port} is taken or cannot be listened on; choose another with --port.`);
    return 1;
  }
  if (settings.writesRefusedOnPublicAddress) {
    console.error(
      `Listening on ${host}, where anybody who reaches it could write: weights are read-only. ` +
        '--allow-anonymous-writes lifts that.',
    );
  }
  const supervisor = new Supervisor({ graceMs: endMs });
  const onLine = (/** @type {string} */ line) => console.log(line);
  const fanari = startFanari(supervisor, { host, port, env, onLine });
  let isOver = false;
  void fanari.done.then(() => (isOver = true));
  const url = urlOf(host, port) + settings.basePath;
  if (await waitUntilOk(`${url}/healthz`, { timeoutMs: 60_000, isOver: () => isOver })) {
    console.error(`Fanari listens at ${url}`);
  }
  return supervisor.finished;
}

/** @returns {Promise<number>} exit code */
async function start() {
  if (!(await ensurePackages()) || !(await ensureSettings())) return 1;
  const config = /** @type {ConfigModule} */ (await import(pathToFileURL(configBundle).href));
  const argv = process.argv.slice(2);
  if (argv.includes('--help')) {
    printHelp(config);
    return 0;
  }
  const settings = config.parseSettings(argv, process.env);
  if (!settings.ok) {
    for (const { setting, message } of settings.error) console.error(`${setting} ${message}`);
    console.error('`npm start -- --help` lists every setting.');
    return 2;
  }
  if (!(await ensureServer())) return 1;
  return serve(settings.value, config.toEnvironment(settings.value));
}

requireNode();
process.exit(await start());

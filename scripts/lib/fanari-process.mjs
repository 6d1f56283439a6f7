import { setTimeout as sleep } from 'node:timers/promises';
import { serverEntry, standaloneDir } from './build.mjs';

/** @typedef {import('./supervisor.mjs').Supervisor} Supervisor */

/**
 * Starts the built server.
 * @param {Supervisor} supervisor
 * @param {{ host: string, port: number, env: Record<string, string>, onLine?: (line: string) => void }} options
 */
export function startFanari(supervisor, { host, port, env, onLine }) {
  return supervisor.start({
    name: 'fanari',
    args: ['--enable-source-maps', serverEntry],
    cwd: standaloneDir,
    env: {
      NODE_ENV: 'production',
      // glibc keeps an arena for each thread otherwise: a fifth more memory for a mesh of 10,000 pods.
      MALLOC_ARENA_MAX: '2',
      NEXT_TELEMETRY_DISABLED: '1',
      ...env,
      FANARI_HOST: host,
      FANARI_PORT: String(port),
    },
    ...(onLine && { onLine }),
  });
}

/**
 * Waits until an address answers with success.
 * @param {string} url
 * @param {{ timeoutMs: number, isOver: () => boolean }} options `isOver` ends the wait early, e.g. when the server died
 * @returns {Promise<boolean>} whether it answered in time
 */
export async function waitUntilOk(url, { timeoutMs, isOver }) {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline && !isOver()) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
      await response.body?.cancel();
      if (response.ok) return true;
    } catch {
      // Not listening yet.
    }
    await sleep(50);
  }
  return false;
}

/**
 * How a browser on this machine reaches a listening address.
 * @param {string} host
 * @param {number} port
 */
export function urlOf(host, port) {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

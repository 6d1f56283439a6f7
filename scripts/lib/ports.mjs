import { createServer } from 'node:net';

/**
 * @param {number} port
 * @param {string} host
 * @returns {Promise<boolean>}
 */
export function isFree(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * The first free port at or after the wanted one, looking at 100 of them.
 * @param {number} wanted
 * @param {string} host
 * @returns {Promise<number | null>} null when all are taken
 */
export async function freePort(wanted, host) {
  const last = Math.min(wanted + 99, 65_535);
  for (let port = wanted; port <= last; port += 1) {
    if (await isFree(port, host)) return port;
  }
  return null;
}

import { spawn } from 'node:child_process';

/**
 * Opens an address in the default browser. Without one nothing happens: the address is printed anyway.
 * @param {string} url
 */
export function openBrowser(url) {
  const [command = '', ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

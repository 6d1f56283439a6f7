import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './paths.mjs';

const endSignals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Runs a command to its end in the repository, with this terminal.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, output?: 'show' | 'capture' }} [options] `capture` keeps what it prints
 * @returns {Promise<{ code: number, output: string }>} `code` 127 when the command could not be started
 */
export function run(command, args, { env = {}, output = 'show' } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: output === 'show' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    // A signal that reaches only this process must not leave the command running alone.
    const passOn = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    for (const signal of endSignals) process.on(signal, passOn);
    let text = '';
    child.stdout?.on('data', (chunk) => (text += String(chunk)));
    child.stderr?.on('data', (chunk) => (text += String(chunk)));
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => {
      for (const signal of endSignals) process.off(signal, passOn);
      resolve({ code: code ?? 1, output: text });
    });
  });
}

/**
 * Runs a JavaScript file with this Node, so that no shell or `.cmd` wrapper is needed on any system.
 * @param {string} file relative to the repository
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runNode(file, args, options) {
  return run(process.execPath, [join(root, file), ...args], options);
}

/**
 * Runs npm: the one that started this script, else the one beside Node, else the one on PATH.
 * @param {readonly string[]} args
 */
export function runNpm(args) {
  const started = process.env['npm_execpath'];
  if (started?.endsWith('npm-cli.js')) return run(process.execPath, [started, ...args]);
  const beside = [
    join(process.execPath, '..', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(process.execPath, '..', '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ].find((path) => existsSync(path));
  return beside ? run(process.execPath, [beside, ...args]) : run('npm', args);
}

/**
 * Where a program is.
 * @param {string} name
 * @returns {string | null} absolute path on PATH, or null
 */
export function findProgram(name) {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return (
    folders
      .flatMap((folder) => suffixes.map((suffix) => join(folder, name + suffix)))
      .find((path) => existsSync(path)) ?? null
  );
}

import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './paths.mjs';

const keptLines = 40;
const defaultGraceMs = 5000;
const exitWithParent = pathToFileURL(join(root, 'scripts', 'lib', 'exit-with-parent.mjs')).href;

/**
 * @typedef {object} Program
 * @property {string} name what messages call it
 * @property {readonly string[]} args arguments for Node, the file first
 * @property {string} [cwd]
 * @property {Record<string, string>} [env] added to this process's own
 * @property {(line: string) => void} [onLine] sees every line of its standard output
 */

/** @typedef {{ child: import('node:child_process').ChildProcess, name: string, lines: string[], done: Promise<void> }} Running */

/**
 * Sends a signal to a process and to everything it started.
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalTree(child, signal) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F']);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already, which is what was wanted.
  }
}

/**
 * Starts Node programs and answers for them: each is the leader of a process group, ends when this process ends in
 * whatever way, and takes all others with it when it dies unasked.
 */
export class Supervisor {
  /** @type {Running[]} */
  #running = [];
  /** @type {Promise<void> | null} */
  #stopping = null;
  /** @type {(code: number) => void} */
  #finish = () => undefined;
  #verbose;
  #graceMs;

  /** Settles with the exit code that this process should end with, once every child is gone. */
  finished = new Promise(
    (/** @type {(code: number) => void} */ resolve) => (this.#finish = resolve),
  );

  /**
   * @param {{ verbose?: boolean, graceMs?: number }} [options] `verbose` shows what the children print; `graceMs`: what
   *   has not ended after this is killed
   */
  constructor({ verbose = false, graceMs = defaultGraceMs } = {}) {
    this.#verbose = verbose;
    this.#graceMs = graceMs;
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => void this.stop(0));
    }
    this.#watchParent();
  }

  /**
   * @param {Program} program
   * @returns {Running}
   */
  start({ name, args, cwd = root, env = {}, onLine }) {
    const child = spawn(process.execPath, ['--import', exitWithParent, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    /** @type {string[]} */
    const lines = [];
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (lines.length > keptLines) lines.shift();
        if (stream === child.stdout) onLine?.(line);
        if (this.#verbose) console.error(`[${name}] ${line}`);
      });
    }
    /** @type {Promise<void>} */
    const done = new Promise((resolve) => child.once('close', () => resolve()));
    const running = { child, name, lines, done };
    this.#running.push(running);
    child.once('error', (error) => lines.push(error.message));
    void done.then(() => this.#onExit(running));
    return running;
  }

  /**
   * Stops every child, last started first, and settles {@link finished}.
   * @param {number} code
   */
  stop(code) {
    this.#stopping ??= this.#stopAll().then(() => this.#finish(code));
    return this.#stopping;
  }

  /**
   * Shows a reason and the last lines of a child, then stops everything with exit code 1.
   * @param {string} reason
   * @param {Running} [culprit]
   */
  fail(reason, culprit) {
    if (this.#stopping) return this.#stopping;
    console.error(reason);
    if (culprit?.lines.length) {
      console.error(`Last lines of ${culprit.name}:\n  ${culprit.lines.join('\n  ')}`);
    }
    return this.stop(1);
  }

  /** @param {Running} running */
  #onExit(running) {
    this.#running = this.#running.filter((other) => other !== running);
    if (this.#stopping) return;
    const { exitCode, signalCode } = running.child;
    const how = signalCode ? `signal ${signalCode}` : `exit code ${String(exitCode)}`;
    void this.fail(`${running.name} ended unexpectedly (${how}).`, running);
  }

  async #stopAll() {
    const all = this.#running.toReversed();
    for (const { child } of all) signalTree(child, 'SIGTERM');
    const timer = setTimeout(() => {
      for (const { child } of all) signalTree(child, 'SIGKILL');
    }, this.#graceMs);
    await Promise.all(all.map(({ done }) => done));
    clearTimeout(timer);
  }

  /** Under npm, a parent that is gone means that npm was killed without a chance to pass the signal on. */
  #watchParent() {
    if (process.platform === 'win32' || !process.env['npm_lifecycle_event']) return;
    const parent = process.ppid;
    const npm = parentOfShell(parent);
    setInterval(() => {
      if (process.ppid !== parent || (npm !== null && !isAlive(npm))) void this.stop(1);
    }, 1000).unref();
  }
}

/**
 * npm starts a script through a shell, which outlives it.
 * @param {number} pid
 * @returns {number | null} the parent of this process if it is a shell, else null
 */
function parentOfShell(pid) {
  const listed = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
  if (listed.error) return null;
  const match = /^\s*(\d+)\s+(?:\S*\/)?-?\w*sh\s*$/.exec(listed.stdout);
  return match ? Number(match[1]) : null;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

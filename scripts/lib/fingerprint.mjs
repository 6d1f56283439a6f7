import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { root } from './paths.mjs';

/**
 * Files below a path, in a stable order, without tests: a changed test makes no build stale.
 * @param {string} path absolute; a missing one gives nothing
 * @returns {string[]}
 */
function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)))
    .filter((file) => !/\.test(-d)?\.(ts|tsx|mjs)$/.test(file));
}

/**
 * Hash of the names and contents of source files and of the Node version.
 * @param {readonly string[]} paths files and folders relative to the repository; missing ones count as empty
 */
export function fingerprint(paths) {
  const hash = createHash('sha256').update(process.versions.modules);
  for (const file of paths.flatMap((path) => filesBelow(join(root, path)))) {
    hash.update(`\0${relative(root, file).split(sep).join('/')}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/**
 * Tells whether a product was made from sources with this fingerprint.
 * @param {string} stamp file that {@link writeStamp} wrote beside the product
 * @param {string} wanted
 */
export function isFresh(stamp, wanted) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
}

/**
 * Records the fingerprint that a product was made from.
 * @param {string} stamp
 * @param {string} made
 */
export function writeStamp(stamp, made) {
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, made);
}

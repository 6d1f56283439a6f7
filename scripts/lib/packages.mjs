import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { runNpm } from './run.mjs';

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} LockedPackage */

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage> | null} null when there is no such file
 */
function lockedPackages(file) {
  if (!existsSync(file)) return null;
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/**
 * What the lockfile asks for and node_modules does not hold, by npm's own record of what it installed. Packages that
 * are optional (builds for other systems) may be absent.
 * @param {Record<string, LockedPackage>} wanted
 * @param {Record<string, LockedPackage>} installed
 */
export function missingPackages(wanted, installed) {
  return Object.entries(wanted)
    .filter(([path, entry]) => path !== '' && !entry.optional && !entry.devOptional)
    .filter(([path, entry]) => installed[path]?.version !== entry.version)
    .map(([path]) => path);
}

/**
 * Installs the packages of package-lock.json where node_modules lacks them or holds other versions.
 * @returns {Promise<boolean>} whether node_modules is complete now
 */
export async function ensurePackages() {
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  if (!wanted) {
    console.error('package-lock.json is missing: this is no complete checkout.');
    return false;
  }
  const installed = lockedPackages(join(root, 'node_modules', '.package-lock.json'));
  if (installed && missingPackages(wanted, installed).length === 0) return true;
  console.log(installed ? 'Updating npm packages …' : 'Installing npm packages …');
  // With packages there already, only the difference is fetched; neither form touches the lockfile.
  const { code } = await runNpm(installed ? ['install', '--no-save'] : ['ci']);
  if (code !== 0) console.error('npm could not install the packages; its reason stands above.');
  return code === 0;
}

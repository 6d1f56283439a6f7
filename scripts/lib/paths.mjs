import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where Next builds to; FANARI_DIST_DIR keeps several builds of one checkout apart. */
export const distDir = join(root, process.env['FANARI_DIST_DIR'] ?? '.next');

/** What scripts keep between runs: bundles and their fingerprints. Safe to delete. */
export const cacheDir = join(root, '.cache');

import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fingerprint, isFresh, writeStamp } from './fingerprint.mjs';
import { cacheDir, distDir, root } from './paths.mjs';
import { runNode } from './run.mjs';

const shared = ['package-lock.json', 'tsconfig.json', 'scripts/lib/build.mjs'];
const serverSources = [
  'app',
  'components',
  'contract',
  'mesh',
  'server',
  'public',
  'instrumentation.ts',
  'proxy.ts',
  'next.config.ts',
  'postcss.config.mjs',
  ...shared,
];

/** Folder of the server that `next build` leaves, complete with its assets. */
export const standaloneDir = join(distDir, 'standalone');

/** What starts the built server: Next's request handler behind Fanari's own HTTP server. */
export const serverEntry = join(standaloneDir, 'fanari.mjs');

/** Entry of the embedded mesh as one file. */
export const demoBundle = join(cacheDir, 'demo', 'main.mjs');

/** The doctor as one file. */
export const doctorBundle = join(cacheDir, 'doctor', 'doctor.mjs');

/** Settings parser as one file, so that faults are named before the server starts. */
export const configBundle = join(cacheDir, 'config', 'config.mjs');

/**
 * Makes a product unless the one there was made from the same sources.
 * @param {object} product
 * @param {string} product.what
 * @param {readonly string[]} product.sources
 * @param {string} product.stamp
 * @param {() => Promise<boolean>} product.make
 */
async function ensure({ what, sources, stamp, make }) {
  const wanted = fingerprint(sources);
  if (isFresh(stamp, wanted)) return true;
  console.log(`Building ${what} …`);
  const made = await make();
  if (made) writeStamp(stamp, wanted);
  else console.error(`Building ${what} failed; the reason stands above.`);
  return made;
}

/** `output: 'standalone'` leaves out what a CDN would serve; a single process serves that itself. */
function addAssets() {
  const inside = join(standaloneDir, basename(distDir));
  cpSync(join(distDir, 'static'), join(inside, 'static'), { recursive: true });
  const publicDir = join(root, 'public');
  if (existsSync(publicDir)) cpSync(publicDir, join(standaloneDir, 'public'), { recursive: true });
}

/**
 * Leaves what the server needs. `next build` also copies the sources, tests and documents, because it cannot tell which
 * files the server opens by a path that a setting names, and a library for images, which Fanari does not resize.
 */
function dropUnused() {
  const needed = [basename(distDir), 'node_modules', 'package.json'];
  const extra = readdirSync(standaloneDir).filter((name) => !needed.includes(name));
  for (const name of [...extra, 'node_modules/sharp', 'node_modules/@img']) {
    rmSync(join(standaloneDir, name), { recursive: true, force: true });
  }
}

/**
 * Bundles a TypeScript entry into one ES module.
 * @param {string} entry
 * @param {string} outfile
 * @param {Partial<import('esbuild').BuildOptions>} [packages] which packages stay in node_modules; all without it
 */
async function bundle(entry, outfile, packages = { packages: 'external' }) {
  const { build } = await import('esbuild');
  const options = {
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
  };
  try {
    await build({
      .../** @type {import('esbuild').BuildOptions} */ (options),
      entryPoints: [join(root, entry)],
      outfile,
      ...packages,
      alias: { '@': root },
      logLevel: 'error',
    });
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes sure that the built server matches the sources. The path prefix is put in when it starts.
 * @returns {Promise<boolean>} false after an error that was shown
 */
export function ensureServer() {
  return ensure({
    what: 'Fanari (a minute the first time)',
    sources: serverSources,
    stamp: join(distDir, 'fanari-build'),
    make: async () => {
      const { code } = await runNode('node_modules/next/dist/bin/next', ['build'], {
        env: {
          NEXT_TELEMETRY_DISABLED: '1',
          NODE_ENV: 'production',
        },
      });
      if (code !== 0) return false;
      dropUnused();
      addAssets();
      // Of packages, those that `next build` puts beside it; zod, say, it puts into its own bundles only.
      return bundle('server/front/main.ts', serverEntry, { external: ['next', 'pino'] });
    },
  });
}

/**
 * Makes sure that the bundle of the settings parser matches its source.
 * @returns {Promise<boolean>} false after an error that was shown
 */
export function ensureSettings() {
  return ensure({
    what: 'the settings parser',
    sources: ['server/config.ts', ...shared],
    stamp: `${configBundle}.stamp`,
    make: () => bundle('server/config.ts', configBundle),
  });
}

/**
 * Makes sure that the bundle of the doctor matches its sources.
 * @returns {Promise<boolean>} false after an error that was shown
 */
export function ensureDoctor() {
  return ensure({
    what: 'the doctor',
    sources: ['contract', 'mesh', 'server', 'package.json', ...shared],
    stamp: `${doctorBundle}.stamp`,
    make: () => bundle('server/doctor/main.ts', doctorBundle),
  });
}

/**
 * Makes sure that the bundle of the embedded mesh matches its sources.
 * @returns {Promise<boolean>} false after an error that was shown
 */
export function ensureDemo() {
  return ensure({
    what: 'the embedded mesh',
    sources: ['demo', ...shared],
    stamp: `${demoBundle}.stamp`,
    make: () => bundle('demo/main.ts', demoBundle),
  });
}

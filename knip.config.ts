import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    // Started as a process of its own by scripts/lib/demo-process.mjs.
    'demo/main.ts!',
    // Bundled by scripts/lib/build.mjs, which shows settings and faults before the server starts.
    'server/config.ts!',
    // What package.json scripts and .ci/run start.
    'scripts/*.mjs',
    // Parts of the bench, chosen by name on the command line.
    'tests/bench/*.bench.ts',
    // Web workers are reached through `new URL(…, import.meta.url)`, which no import graph follows.
    'components/**/*.worker.ts!',
  ],
  project: ['**/*.{ts,tsx,mjs}'],
  // A type that describes an exported function is part of it, also when nobody else names it.
  ignoreExportsUsedInFile: true,
  ignoreDependencies: [
    // Peers that @prometheus-io/lezer-promql names but does not bring.
    '@lezer/common',
    '@lezer/highlight',
    '@lezer/lr',
  ],
};

export default config;

import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    // Started as a process of its own by scripts/lib/demo-process.mjs.
    'demo/main.ts!',
    // Bundled by scripts/lib/build.mjs, which shows settings and faults before the server starts.
    'server/config.ts!',
    // Bundled by scripts/lib/build.mjs, started by scripts/doctor.mjs.
    'server/doctor/main.ts!',
    // Bundled by scripts/lib/build.mjs beside the built server, which it starts.
    'server/front/main.ts!',
    // What package.json scripts and .ci/run start.
    'scripts/*.mjs',
    // Loaded with --import into every process that scripts start.
    'scripts/lib/exit-with-parent.mjs',
    // Parts of the bench, chosen by name on the command line.
    'tests/bench/*.bench.ts',
    // Web workers are reached through `new URL(…, import.meta.url)`, which no import graph follows.
    'components/**/*.worker.ts!',
  ],
  // The suite against real components has a configuration of its own, so that `npm test` never runs it.
  vitest: { config: ['vitest.config.ts', 'vitest.real.config.ts'] },
  project: ['**/*.{ts,tsx,mjs}'],
  // A type that describes an exported function is part of it, also when nobody else names it.
  ignoreExportsUsedInFile: true,
  ignoreDependencies: [
    // demo/kubernetes/ reads their schema files from disk, by path.
    '@kubernetes-models/gateway-api',
    '@kubernetes-models/istio',
    'kubernetes-models',
    // Runs demo/main.ts without a bundle while one works on it.
    'tsx',
  ],
  // System programs that integration tests start; scripts/lib/system-packages.mjs makes sure of them, and Linux of unshare.
  ignoreBinaries: ['kubectl', 'openssl', 'prometheus', 'promtool', 'unshare', 'victoria-metrics'],
};

export default config;

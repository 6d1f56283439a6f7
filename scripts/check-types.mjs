import { runNode } from './lib/run.mjs';

// Next writes the types of routes, styles and images; without them a fresh clone would not type-check.
const generated = await runNode('node_modules/next/dist/bin/next', ['typegen'], {
  output: 'capture',
  env: { NEXT_TELEMETRY_DISABLED: '1' },
});
if (generated.code !== 0) {
  console.error(generated.output);
  process.exit(generated.code);
}
for (const project of ['tsconfig.json', 'scripts/tsconfig.json']) {
  const { code } = await runNode('node_modules/typescript/bin/tsc', ['--noEmit', '-p', project]);
  if (code !== 0) process.exitCode = code;
}

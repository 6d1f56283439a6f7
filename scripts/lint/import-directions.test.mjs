import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../lib/paths.mjs';

/** One offence a line: file, what it imports, the rule that must say so. */
const offences = /** @type {const} */ ([
  ['mesh/reads-files.ts', 'node:fs', 'mesh-is-pure'],
  ['mesh/knows-contract.ts', '@/contract/target', 'mesh-is-pure'],
  ['contract/knows-server.ts', '@/server/ports', 'contract-sees-mesh-and-zod'],
  ['server/ports.ts', '@/server/adapters/jaeger/target', 'ports-see-mesh-and-contract'],
  [
    'server/adapters/jaeger/knows-prometheus.ts',
    '@/server/adapters/prometheus/target',
    'adapter-jaeger-stands-alone',
  ],
  ['server/usecases/knows-adapter.ts', '@/server/adapters/jaeger/target', 'usecases-see-ports'],
  ['server/usecases/reads-files.ts', 'node:fs', 'usecases-see-ports'],
  ['server/config.ts', '@/mesh/target', 'config-sees-nothing'],
  ['app/back-door.ts', '@/server/usecases/target', 'server-front-door'],
  ['demo/knows-mesh.ts', '@/mesh/target', 'demo-stands-alone'],
  ['server/knows-demo.ts', '@/demo/target', 'nothing-imports-the-demo'],
  ['components/queries/draws.ts', '@/components/graph/target', 'queries-see-contract'],
  ['components/panels/reads-files.ts', 'node:fs', 'components-see-contract-and-mesh'],
  ['components/panels/draws-itself.ts', 'cytoscape', 'cytoscape-lives-in-graph'],
  ['server/http/counts-itself.ts', 'prom-client', 'telemetry-libraries-live-in-telemetry'],
  ['server/knows-tests.ts', '@/tests/support/target', 'nothing-imports-tests'],
  ['mesh/lost.ts', '@/mesh/no-such-file', 'no-unresolved'],
]);

const folder = mkdtempSync(join(tmpdir(), 'fanari-imports-'));

/** @type {Set<string>} */
let found;

/**
 * @param {string} file
 * @param {string} text
 */
function write(file, text) {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

beforeAll(() => {
  for (const [file, target] of offences) {
    write(file, `import * as target from '${target}';\nexport const used = target;\n`);
    const isFile = target.startsWith('@/') && /target$/.test(target);
    if (isFile) write(`${target.slice(2)}.ts`, 'export const value = 1;\n');
  }
  const paths = { paths: { '@/*': ['./*'] }, moduleResolution: 'bundler', module: 'esnext' };
  write('tsconfig.json', JSON.stringify({ compilerOptions: paths }));
  write('package.json', '{ "dependencies": { "cytoscape": "1", "prom-client": "1" } }');
  for (const name of ['cytoscape', 'prom-client']) {
    write(`node_modules/${name}/package.json`, `{ "name": "${name}", "main": "index.js" }`);
    write(`node_modules/${name}/index.js`, '');
  }
  const args = ['--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json'];
  const folders = ['app', 'components', 'contract', 'demo', 'mesh', 'server', 'tests'];
  const bin = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const output = execFileSync(process.execPath, [bin, ...args, ...folders], {
    cwd: folder,
    encoding: 'utf8',
  });
  /** @type {{ summary: { violations: { from: string, rule: { name: string } }[] } }} */
  const report = JSON.parse(output);
  found = new Set(report.summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`));
}, 30_000);

afterAll(() => rmSync(folder, { recursive: true }));

it.each(offences)('%s may not import %s', (file, _target, rule) => {
  expect(found).toContain(`${file}: ${rule}`);
});

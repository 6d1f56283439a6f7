import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

/**
 * Ends the process with a sentence when Node is older than package.json asks for, before a missing feature of it fails
 * with a stack trace.
 */
export function requireNode() {
  const { engines } = /** @type {{ engines: { node: string } }} */ (
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  );
  const [wanted = 0, wantedMinor = 0] = engines.node.replace('>=', '').split('.').map(Number);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > wanted || (major === wanted && minor >= wantedMinor)) return;
  console.error(`Fanari needs Node ${engines.node.slice(2)} or later; this is ${process.version}.`);
  process.exit(1);
}

import { ensureDemo, ensureServer } from './lib/build.mjs';
import { requireNode } from './lib/node-version.mjs';
import { ensurePackages } from './lib/packages.mjs';

requireNode();
const isBuilt = (await ensurePackages()) && (await ensureServer()) && (await ensureDemo());
process.exit(isBuilt ? 0 : 1);

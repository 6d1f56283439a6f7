import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { root } from './paths.mjs';
import { run } from './run.mjs';

const chartDir = join(root, 'deploy', 'helm', 'fanari');

/** What `kubectl apply -f` takes: the chart with its own values, in the namespace of Istio. */
export const manifestFile = join(root, 'deploy', 'fanari.yaml');

/** Labels of those who install with Helm; the plain objects are nobody's. */
const helmLabels = /^ +(app\.kubernetes\.io\/managed-by|helm\.sh\/chart): .*\n/gm;

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(folder) {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path) : [path]));
}

/** First line of a manifest made from the chart as it is now; it changes with every file of the chart. */
export function manifestHeader() {
  const hash = createHash('sha256');
  for (const file of filesBelow(chartDir)) {
    hash.update(`\0${relative(chartDir, file).split(sep).join('/')}\0`).update(readFileSync(file));
  }
  return `# Made by npm run manifest from deploy/helm/fanari (${hash.digest('hex').slice(0, 16)}); change that, not this.\n`;
}

/**
 * @param {string} helm path of the program
 * @returns {Promise<string | null>} the manifest, or null after helm said what is wrong with the chart
 */
export async function renderManifest(helm) {
  const args = ['template', 'fanari', chartDir, '--namespace', 'istio-system'];
  const { code, output } = await run(helm, args, { output: 'capture' });
  if (code === 0) return manifestHeader() + output.replaceAll(helmLabels, '');
  console.error(output);
  return null;
}

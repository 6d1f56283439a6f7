import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './lib/paths.mjs';

/**
 * Finds what the documents claim and the tree denies: dead relative links, `npm run` names that package.json lacks,
 * paths in backticks that do not exist, settings in prose that the parser does not know and the other way round, and
 * dependencies without a reason or reasons without a dependency.
 */

const scripts = Object.keys(
  /** @type {{ scripts: Record<string, string> }} */ (
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  ).scripts,
);

/** @type {string[]} */
const faults = [];

/**
 * @param {string} folder
 * @returns {string[]} Markdown files below it, absolute.
 */
function markdownIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return markdownIn(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/**
 * Anchors that GitHub makes from the headings of a document.
 * @param {string} text
 */
function anchorsOf(text) {
  return new Set(
    [...text.matchAll(/^#+\s+(.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  );
}

/**
 * @param {string} file
 * @param {string} prose
 */
function checkLinks(file, prose) {
  for (const [, target = ''] of prose.matchAll(/\]\(([^)\s]+)[^)]*\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [path = '', anchor] = target.split('#');
    const absolute = path === '' ? file : join(dirname(file), decodeURI(path));
    if (!existsSync(absolute)) {
      faults.push(`${relative(root, file)}: dead link ${target}`);
    } else if (anchor && absolute.endsWith('.md')) {
      const anchors = anchorsOf(readFileSync(absolute, 'utf8'));
      if (!anchors.has(anchor))
        faults.push(`${relative(root, file)}: no heading #${anchor} in ${path}`);
    }
  }
}

/**
 * @param {string} file
 * @param {string} text
 */
function checkScripts(file, text) {
  for (const [, name = ''] of text.matchAll(/npm run ([a-z][a-z0-9:-]*)/g)) {
    if (!scripts.includes(name))
      faults.push(`${relative(root, file)}: no script \`npm run ${name}\``);
  }
}

/** Folders whose paths documents may name; anything else in backticks is code, not a path. */
const topLevel = readdirSync(root).filter((name) => name !== 'node_modules');

/**
 * Expands `a/{b,c}/d` as a shell does.
 * @param {string} pattern
 * @returns {string[]}
 */
function expandBraces(pattern) {
  const match = /^([^{]*)\{([^}]*)\}(.*)$/.exec(pattern);
  if (!match) return [pattern];
  const [, before = '', choices = '', after = ''] = match;
  return choices.split(',').flatMap((choice) => expandBraces(before + choice.trim() + after));
}

/**
 * @param {string} file
 * @param {string} prose
 */
function checkPaths(file, prose) {
  for (const [, code = ''] of prose.matchAll(/`([^`\n]+)`/g)) {
    if (!/^[\w.@-]+\/[\w./{},@*[\]()-]*$/.test(code)) continue;
    const [first = ''] = code.split('/');
    if (!topLevel.includes(first) || /[*…]/.test(code)) continue;
    for (const path of expandBraces(code)) {
      // Modules are named as imports name them, without their ending.
      const isThere = ['', '.ts', '.tsx'].some((ending) => existsSync(join(root, path + ending)));
      if (!isThere) faults.push(`${relative(root, file)}: no file \`${path}\``);
    }
  }
}

/** Settings as the parser knows them and as the documents name them must be the same set. */
function checkSettings() {
  const parser = join(root, 'server', 'config.ts');
  const page = join(root, 'docs', 'settings.md');
  if (!existsSync(parser)) return void faults.push('server/config.ts is missing');
  if (!existsSync(page)) return void faults.push('docs/settings.md is missing');
  const known = settingsIn(readFileSync(parser, 'utf8'));
  const documented = settingsIn(readFileSync(page, 'utf8'));
  for (const name of known) {
    if (!documented.has(name)) faults.push(`docs/settings.md: ${name} is not documented`);
  }
  for (const name of documented) {
    if (!known.has(name)) faults.push(`docs/settings.md: server/config.ts does not read ${name}`);
  }
}

/** docs/dependencies.md gives a reason for each package in package.json, and for no other. */
function checkDependencies() {
  const manifest = /** @type {Record<string, Record<string, string> | undefined>} */ (
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  );
  const installed = new Set(
    ['dependencies', 'devDependencies'].flatMap((part) => Object.keys(manifest[part] ?? {})),
  );
  const page = readFileSync(join(root, 'docs', 'dependencies.md'), 'utf8');
  const listed = new Set([...page.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name));
  for (const name of installed) {
    if (!listed.has(name)) faults.push(`docs/dependencies.md: no reason for ${name}`);
  }
  for (const name of listed) {
    if (!installed.has(name)) faults.push(`docs/dependencies.md: ${name} is no dependency`);
  }
}

/**
 * @param {string} text
 * @returns {Set<string>}
 */
function settingsIn(text) {
  return new Set([...text.matchAll(/\bFANARI_[A-Z][A-Z_]*[A-Z]\b/g)].map(([name]) => name));
}

const documents = [
  ...readdirSync(root)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, name)),
  ...['docs', 'deploy', 'tests', 'demo', 'scripts'].flatMap((name) => markdownIn(join(root, name))),
];
for (const file of documents) {
  const text = readFileSync(file, 'utf8');
  const prose = text.replaceAll(/^```[^]*?^```/gm, '');
  checkLinks(file, prose);
  checkScripts(file, text);
  checkPaths(file, prose);
}
checkSettings();
checkDependencies();

if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exitCode = 1;
} else {
  console.log(`${documents.length} documents agree with the tree.`);
}

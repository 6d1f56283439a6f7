import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BASE_PATH_PLACEHOLDER, replaceBasePath } from '@/server/front/base-path-placeholder';

/** A build whose base path is set, ready to be served. */
export interface PlacedBuild {
  readonly dir: string;
  /** Deletes what was made for this process alone. */
  readonly remove: () => void;
}

const placeholderBytes = Buffer.from(BASE_PATH_PLACEHOLDER);

/**
 * Makes a copy of the build in `standaloneDir` (its `distName` folder) with the base path in place of the placeholder.
 * It is kept beside the build for the next start, or made anew under the temporary folder where that is read-only. Files
 * without the placeholder are linked, so it costs little space and about a tenth of a second.
 */
export function placeBuild(standaloneDir: string, distName: string, basePath: string): PlacedBuild {
  const source = join(standaloneDir, distName);
  const buildId = readFileSync(join(source, 'BUILD_ID'), 'utf8');
  const hash = createHash('sha256').update(`${buildId} ${basePath}`).digest('hex').slice(0, 16);
  const kept = join(standaloneDir, 'served', hash);
  if (existsSync(kept)) return { dir: kept, remove: () => undefined };
  const made = makeFolder(join(standaloneDir, 'served'));
  copyFolder(source, join(made, distName), basePath);
  for (const name of ['package.json', 'public']) {
    if (existsSync(join(standaloneDir, name))) linkTo(join(standaloneDir, name), join(made, name));
  }
  linkTo(join(standaloneDir, 'node_modules'), join(made, 'node_modules'));
  return keep(made, kept);
}

function linkTo(target: string, path: string): void {
  // A junction needs no rights on Windows; elsewhere the type says nothing.
  symlinkSync(target, path, target.endsWith('.json') ? 'file' : 'junction');
}

function makeFolder(parent: string): string {
  try {
    mkdirSync(parent, { recursive: true });
    return mkdtempSync(join(parent, 'making-'));
  } catch {
    return mkdtempSync(join(tmpdir(), 'fanari-'));
  }
}

function keep(made: string, kept: string): PlacedBuild {
  try {
    renameSync(made, kept);
    return { dir: kept, remove: () => undefined };
  } catch {
    // Another file system, or another process was faster.
    return { dir: made, remove: () => rmSync(made, { recursive: true, force: true }) };
  }
}

function copyFolder(source: string, target: string, basePath: string): void {
  mkdirSync(target, { recursive: true });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) copyFolder(from, to, basePath);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(from), to, 'junction');
    else copyFile(from, to, basePath);
  }
}

function copyFile(from: string, to: string, basePath: string): void {
  const bytes = readFileSync(from);
  if (bytes.includes(placeholderBytes)) {
    writeFileSync(to, replaceBasePath(bytes.toString('utf8'), basePath));
    return;
  }
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

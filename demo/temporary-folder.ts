import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What the folders of this machine start with; the number of the process follows. The name of the machine stands in it,
 * for containers that share a folder for temporary files do not see each other's processes.
 */
function prefix(): string {
  return `fanari-demo-${hostname().replaceAll(/[^\w.]/g, '_')}-`;
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // A process of another user is not ours to signal, but there.
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH';
  }
}

/**
 * Makes a folder for temporary files that is removed when this process exits, unless it is killed too suddenly for that.
 * Throws when the system's folder for temporary files cannot be written.
 */
export function ownTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), `${prefix()}${process.pid}-`));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Removes what processes that are gone have left behind. What cannot be removed stays, without an error. */
export function removeStaleFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix())) continue;
    const [, owner] = /^(\d+)-\w+$/.exec(name.slice(prefix().length)) ?? [];
    if (owner === undefined || isAlive(Number(owner))) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Another user's, or another start was quicker.
    }
  }
}

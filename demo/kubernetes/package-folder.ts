import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folders = new Map<string, string>();

function search(name: string, start: string): string | null {
  let folder = start;
  for (;;) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return null;
    folder = dirname(folder);
  }
}

/** The folder of an installed npm package, found as Node finds it. Throws an `Error` that names a missing package. */
export function packageFolder(name: string): string {
  const known = folders.get(name);
  if (known !== undefined) return known;
  const found = search(name, import.meta.dirname) ?? search(name, process.cwd());
  if (found === null) throw new Error(`npm package ${name} is not installed`);
  folders.set(name, found);
  return found;
}

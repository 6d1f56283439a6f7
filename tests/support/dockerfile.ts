import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** What the Dockerfile says of the container that it makes. */
export interface ContainerImage {
  /** Absolute path of the tree that is copied into it. */
  readonly tree: string;
  readonly uid: number;
  readonly gid: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Relative to the tree; the first word is a program. */
  readonly command: readonly string[];
}

/** The last stage, one instruction a line: one that ends with a backslash goes on. */
function lastStage(text: string): string {
  const lines = text.replaceAll(/^#.*\n/gm, '').replaceAll(/\\\n\s*/g, '');
  return lines.slice(lines.lastIndexOf('\nFROM '));
}

/** Reads the Dockerfile. Throws when its last stage does not say what to copy, whom to be and what to run. */
export function readDockerfile(): ContainerImage {
  const stage = lastStage(readFileSync(join(root, 'Dockerfile'), 'utf8'));
  const [, tree] = /^COPY --from=build \/src\/(\S+)\/ \.\/$/m.exec(stage) ?? [];
  const [, uid, gid] = /^USER (\d+):(\d+)$/m.exec(stage) ?? [];
  const [, environment] = /^ENV (.+)$/m.exec(stage) ?? [];
  const [, command] = /^ENTRYPOINT (.+)$/m.exec(stage) ?? [];
  if (tree === undefined || uid === undefined || environment === undefined || command === undefined)
    throw new Error('The Dockerfile cannot be read');
  const pairs = environment.split(/\s+/).map((pair) => pair.split('=', 2));
  return {
    tree: join(root, tree),
    uid: Number(uid),
    gid: Number(gid),
    environment: Object.fromEntries(pairs) as Record<string, string>,
    command: JSON.parse(command) as string[],
  };
}

import { readFile, stat } from 'node:fs/promises';

/** A bearer token in a file. Clusters rotate such files, so it is read again when it has changed. */
export class TokenFile {
  private token: { readonly modifiedMs: number; readonly value: string } | null = null;

  constructor(private readonly path: string) {}

  /** The token, without surrounding space. Throws when the file was never readable; later the last one is kept. */
  async get(): Promise<string> {
    try {
      const { mtimeMs } = await stat(this.path);
      if (this.token?.modifiedMs !== mtimeMs) {
        this.token = { modifiedMs: mtimeMs, value: (await readFile(this.path, 'utf8')).trim() };
      }
    } catch (caught) {
      if (this.token === null) throw caught;
    }
    return this.token.value;
  }
}

import { readFile, stat } from 'node:fs/promises';

/** Content of a file, and a mark that differs between contents. */
export interface FileContent {
  readonly mark: string;
  readonly text: string;
}

/** A small file that others may replace: Kubernetes renews mounted Secrets, so it is read again when it has changed. */
export class FreshFile {
  private last: FileContent | null = null;

  constructor(private readonly path: string) {}

  /** The content. Throws when the file was never readable; later the last content is kept. */
  async get(): Promise<FileContent> {
    try {
      const { mtimeMs, size, ino } = await stat(this.path);
      const mark = `${mtimeMs} ${size} ${ino}`;
      if (this.last?.mark !== mark) {
        this.last = { mark, text: await readFile(this.path, 'utf8') };
      }
    } catch (caught) {
      if (this.last === null) throw caught;
    }
    return this.last;
  }
}

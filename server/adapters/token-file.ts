import { FreshFile } from '@/server/adapters/fresh-file';

/** A bearer token or password in a file, read again when it has changed. */
export class TokenFile {
  private readonly file: FreshFile;

  constructor(path: string) {
    this.file = new FreshFile(path);
  }

  /** The secret, without surrounding space. Throws when the file was never readable; later the last one is kept. */
  async get(): Promise<string> {
    return (await this.file.get()).text.trim();
  }
}

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Bytes of all answers that are kept; the chunks of a build take a tenth of it. */
const MAX_BYTES = 16 * 1024 * 1024;

interface Kept {
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Compressed answers for files of the build, whose names change with their content. Next compresses a file anew for
 * each who asks for it. What is kept is the answer as Next gave it, with its headers; only what Next calls immutable,
 * asked for whole and by its plain path, so that nobody can fill it with anything else, and those unasked for longest are
 * dropped beyond `maxBytes`.
 */
export class CompressedFiles {
  private readonly kept = new Map<string, Kept>();
  private bytes = 0;

  constructor(
    private readonly basePath: string,
    private readonly maxBytes = MAX_BYTES,
  ) {}

  /** Answers a request from what is kept; `false` leaves it to Next, and keeps Next's answer for the next time. */
  serve(request: IncomingMessage, response: ServerResponse): boolean {
    const path = request.url ?? '';
    if (!this.isKeepable(path, request)) return false;
    const known = this.kept.get(path);
    if (known === undefined) {
      this.keepWhenSent(path, response);
      return false;
    }
    this.kept.delete(path);
    this.kept.set(path, known);
    response.writeHead(200, known.headers).end(known.body);
    return true;
  }

  private isKeepable(path: string, { method, headers }: IncomingMessage): boolean {
    return (
      method === 'GET' &&
      path.startsWith(`${this.basePath}/_next/static/`) &&
      isPlain(path) &&
      takesGzip(headers['accept-encoding']) &&
      headers.range === undefined &&
      headers['if-none-match'] === undefined &&
      headers['if-modified-since'] === undefined
    );
  }

  /** Next's compression writes through the methods that stand on the response before it does. */
  private keepWhenSent(path: string, response: ServerResponse): void {
    let chunks: Buffer[] | null = [];
    let length = 0;
    const take = (chunk: unknown) => {
      if (chunks === null || !(typeof chunk === 'string' || chunk instanceof Uint8Array)) return;
      length += chunk.length;
      if (length > this.maxBytes || !isImmutableGzip(response)) chunks = null;
      else chunks.push(Buffer.from(chunk));
    };
    for (const name of ['write', 'end'] as const) {
      const send = response[name].bind(response) as (...given: unknown[]) => unknown;
      const sendAndTake = (...given: unknown[]) => {
        take(given[0]);
        return send(...given);
      };
      Object.assign(response, { [name]: sendAndTake });
    }
    response.once('finish', () => {
      if (chunks === null || !isImmutableGzip(response)) return;
      const body = Buffer.concat(chunks);
      this.keep(path, {
        headers: { ...response.getHeaders(), 'content-length': body.length },
        body,
      });
    });
  }

  private keep(path: string, answer: Kept): void {
    // Two may have asked before the first was answered.
    if (this.kept.has(path) || answer.body.length > this.maxBytes) return;
    this.kept.set(path, answer);
    this.bytes += answer.body.length;
    for (const [oldest, { body }] of this.kept) {
      if (this.bytes <= this.maxBytes) return;
      this.kept.delete(oldest);
      this.bytes -= body.length;
    }
  }
}

/** Whether a path can be read in one way only: no query, nothing escaped, no empty or dotted segments. */
function isPlain(path: string): boolean {
  return !/[?#%\\]/.test(path) && !/\/\.{0,2}(\/|$)/.test(path);
}

function isImmutableGzip(response: ServerResponse): boolean {
  return (
    response.statusCode === 200 &&
    response.getHeader('content-encoding') === 'gzip' &&
    String(response.getHeader('cache-control')).includes('immutable')
  );
}

/** Named, and not ruled out by `q=0`. */
function takesGzip(accepted: string | string[] | undefined): boolean {
  const entries = typeof accepted === 'string' ? accepted.split(',') : [];
  return entries.some((entry) => {
    const [coding = '', quality = ''] = entry.replaceAll(' ', '').split(';');
    return coding.toLowerCase() === 'gzip' && !/^q=0(\.0*)?$/i.test(quality);
  });
}

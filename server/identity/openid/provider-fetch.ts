import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { CustomFetch } from 'openid-client';

const DEADLINE_MS = 10_000;
const MAX_BYTES = 1_000_000;

/**
 * How the provider is called: with a deadline, a limit on what it answers, no redirects followed, and trust in an authority
 * of one's own where a file names it (read again for each connection). Throws when the provider cannot be reached.
 */
export function providerFetch(caFile: string | null): CustomFetch {
  return async (url, { method, headers, body, signal }) => {
    const target = new URL(url);
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    const ca = caFile === null || target.protocol !== 'https:' ? {} : { ca: readFileSync(caFile) };
    const options = {
      method,
      headers: { ...headers },
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      agent: false as const,
      ...ca,
    };
    return new Promise<Response>((resolve, reject) => {
      const send = target.protocol === 'https:' ? https.request : http.request;
      const outgoing = send(target, options, (answer) => {
        void toResponse(answer).then(resolve, reject);
      });
      outgoing.once('error', reject);
      outgoing.end(body instanceof URLSearchParams ? body.toString() : (body ?? undefined));
    });
  };
}

async function toResponse(answer: http.IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BYTES) {
      answer.destroy();
      throw new Error('the identity provider answered too much');
    }
    chunks.push(chunk);
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headersDistinct)) {
    for (const one of value ?? []) headers.append(name, one);
  }
  const status = answer.statusCode ?? 502;
  const isEmpty = status === 204 || status === 304;
  return new Response(isEmpty ? null : Buffer.concat(chunks), { status, headers });
}

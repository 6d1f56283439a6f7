import { execFileSync } from 'node:child_process';
import { constants } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';

/** A private authority with one certificate for 127.0.0.1 and one for a client, as PEM files of a folder. */
export interface Certificates {
  readonly caFile: string;
  readonly ca: string;
  readonly key: string;
  readonly certificate: string;
  readonly clientKey: string;
  readonly clientCertificate: string;
}

/** Makes an authority and what it signs in a folder with openssl. */
export function makeCertificates(folder: string): Certificates {
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=private',
    '-days',
    '2',
  );
  writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost');
  for (const name of ['server', 'client']) {
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names'];
    openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-out', `${name}.pem`, '-days', '2');
  }
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return {
    caFile: join(folder, 'ca.pem'),
    ca: read('ca.pem'),
    key: read('server.key'),
    certificate: read('server.pem'),
    clientKey: read('client.key'),
    clientCertificate: read('client.pem'),
  };
}

/** What a TLS proxy saw. */
export interface TlsProxy {
  readonly url: string;
  /** `Authorization` headers, or the names in client certificates, of the requests let through. */
  readonly seen: ReadonlySet<string>;
  readonly refused: () => number;
  close(): void;
}

/** Name in a client certificate that the authority signed; `null` without one. */
function clientName({ socket }: IncomingMessage): string | null {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return null;
  const shown = socket.getPeerCertificate() as { readonly subject?: { readonly CN: string } };
  return shown.subject?.CN ?? null;
}

/** A TLS server in front of `target` that lets through what `admits` says: a name for it, or `null` for 401. */
export async function startTlsProxy(
  target: string,
  certificates: Certificates,
  admits: (request: IncomingMessage, clientName: string | null) => string | null,
): Promise<TlsProxy> {
  const seen = new Set<string>();
  let refused = 0;
  const { key, certificate, ca } = certificates;
  const server = https.createServer(
    {
      ...{ key, cert: certificate, ca, requestCert: true, rejectUnauthorized: false },
      // A resumed session shows no certificate.
      secureOptions: constants.SSL_OP_NO_TICKET,
    },
    (request, response) => {
      const admitted = admits(request, clientName(request));
      if (admitted === null) {
        refused += 1;
        response.writeHead(401, { 'content-type': 'application/json' }).end('{}');
        return;
      }
      seen.add(admitted);
      const { authorization: _, ...headers } = request.headers;
      const onward = http.request(
        new URL(request.url ?? '/', target),
        { method: request.method ?? 'GET', headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      onward.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
      request.pipe(onward);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    refused: () => refused,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

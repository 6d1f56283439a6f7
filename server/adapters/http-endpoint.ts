import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { SourceName } from '@/mesh/gap';
import { sendRequest, type IncomingAnswer } from '@/server/adapters/transport';
import { TokenFile } from '@/server/adapters/token-file';
import type { Result } from '@/mesh/result';
import type { SourceError } from '@/server/errors';

/** Where an HTTP upstream is and how to speak to it. User and password may stand in the URL. */
export interface EndpointSettings {
  readonly url: string;
  readonly bearerTokenFile: string | null;
  readonly caFile: string | null;
  readonly insecureSkipVerify: boolean;
  readonly timeoutMs: number;
}

/** What to ask of an endpoint. `path` is below the base URL; a `form` is sent as POST. */
export interface EndpointCall {
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly form: boolean;
  readonly maxBytes: number;
}

/** An HTTP upstream with a base URL. */
export class HttpEndpoint {
  private readonly base: URL;
  private readonly agent: http.Agent;
  private readonly basicAuthorization: string | null;
  private readonly tokenFile: TokenFile | null;

  constructor(
    private readonly source: SourceName,
    private readonly settings: EndpointSettings,
  ) {
    this.base = new URL(settings.url);
    const { username, password } = this.base;
    this.basicAuthorization =
      username === ''
        ? null
        : `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
    this.tokenFile =
      settings.bearerTokenFile === null ? null : new TokenFile(settings.bearerTokenFile);
    this.base.username = '';
    this.base.password = '';
    this.agent =
      this.base.protocol === 'https:'
        ? new https.Agent({
            keepAlive: true,
            rejectUnauthorized: !settings.insecureSkipVerify,
            ...(settings.caFile === null ? {} : { ca: readFileSync(settings.caFile) }),
          })
        : new http.Agent({ keepAlive: true });
  }

  /** Sends one call; every status is a success. Fails as `sendRequest` does. */
  async call(
    call: EndpointCall,
    signal: AbortSignal,
  ): Promise<Result<IncomingAnswer, SourceError>> {
    const url = new URL(this.base);
    url.pathname = `${url.pathname.replace(/\/$/, '')}${call.path}`;
    if (!call.form) url.search = call.parameters.toString();
    return sendRequest(
      {
        source: this.source,
        url,
        method: call.form ? 'POST' : 'GET',
        headers: {
          ...(await this.authorization()),
          ...(call.form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        },
        body: call.form ? call.parameters.toString() : null,
        agent: this.agent,
        deadlineMs: this.settings.timeoutMs,
        maxBytes: call.maxBytes,
      },
      signal,
    );
  }

  /** Closes idle connections. */
  close(): void {
    this.agent.destroy();
  }

  private async authorization(): Promise<Readonly<Record<string, string>>> {
    if (this.tokenFile !== null) {
      // A file that cannot be read leaves the header out: the upstream's 401 tells the rest.
      const token = await this.tokenFile.get().catch(() => null);
      return token === null ? {} : { authorization: `Bearer ${token}` };
    }
    return this.basicAuthorization === null ? {} : { authorization: this.basicAuthorization };
  }
}

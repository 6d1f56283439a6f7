import type { ClockOffset } from '@/mesh/clock-offset';
import type { SourceName } from '@/mesh/gap';
import { fail, type Result } from '@/mesh/result';
import {
  EndpointHeaders,
  UnusableHeaders,
  type HeaderSettings,
} from '@/server/adapters/endpoint-headers';
import {
  RenewedAgent,
  UnusableTls,
  type AgentLease,
  type TlsSettings,
} from '@/server/adapters/renewed-agent';
import { sendRequest, titleOf, type IncomingAnswer } from '@/server/adapters/transport';
import { sourceError, type SourceError } from '@/server/errors';

/** Where an HTTP upstream is and how to speak to it. User and password may stand in the URL, and parameters for every call. */
export interface EndpointSettings extends HeaderSettings, TlsSettings {
  readonly url: string;
  readonly timeoutMs: number;
}

/** What to ask of an endpoint. `path` is below the base URL; a `form` is sent as POST. */
export interface EndpointCall {
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly form: boolean;
  readonly maxBytes: number;
  /** Name of the upstream in messages, where asking told a better one than its source has. */
  readonly title?: string;
}

/** An HTTP upstream with a base URL. */
export class HttpEndpoint {
  private readonly base: URL;
  private readonly agents: RenewedAgent;
  private readonly headers: EndpointHeaders;
  private lastClock: ClockOffset | null = null;

  constructor(
    private readonly source: SourceName,
    private readonly settings: EndpointSettings,
  ) {
    this.base = new URL(settings.url);
    const { username, password } = this.base;
    const inUrl =
      username === ''
        ? null
        : { user: decodeURIComponent(username), password: decodeURIComponent(password) };
    this.headers = new EndpointHeaders(settings, inUrl);
    this.base.username = '';
    this.base.password = '';
    this.agents = new RenewedAgent(this.base.protocol === 'https:', settings);
  }

  /**
   * Sends one call; every status is a success. Fails as `sendRequest` does, and with `unreachable` when a file that it
   * needs cannot be used: nothing is asked without the credentials that were set.
   */
  async call(
    call: EndpointCall,
    signal: AbortSignal,
  ): Promise<Result<IncomingAnswer, SourceError>> {
    let lease: AgentLease | null = null;
    try {
      const headers = await this.headers.get();
      lease = await this.agents.lease();
      return await this.send(call, headers, lease.agent, signal);
    } catch (caught) {
      if (!(caught instanceof UnusableHeaders) && !(caught instanceof UnusableTls)) throw caught;
      const title = call.title ?? titleOf(this.source);
      const message = `${title} is not asked: ${caught.message}`;
      return fail(sourceError(this.source, 'unreachable', message, caught));
    } finally {
      lease?.release();
    }
  }

  /** Closes idle connections. */
  close(): void {
    this.agents.close();
  }

  private async send(
    call: EndpointCall,
    headers: Readonly<Record<string, string>>,
    agent: AgentLease['agent'],
    signal: AbortSignal,
  ): Promise<Result<IncomingAnswer, SourceError>> {
    const url = new URL(this.base);
    url.pathname = `${url.pathname.replace(/\/$/, '')}${call.path}`;
    if (!call.form)
      for (const [name, value] of call.parameters) url.searchParams.append(name, value);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await sendRequest(
      {
        source: this.source,
        ...(call.title === undefined ? {} : { title: call.title }),
        url,
        method: call.form ? 'POST' : 'GET',
        headers: { ...headers, ...(call.form ? form : {}) },
        body: call.form ? call.parameters.toString() : null,
        agent,
        deadlineMs: this.settings.timeoutMs,
        maxBytes: call.maxBytes,
      },
      signal,
    );
    if (answer.ok) this.lastClock = answer.value.clock;
    return answer;
  }

  /** The upstream's clock by its last answer; `null` before one, and where it did not tell. */
  clock(): ClockOffset | null {
    return this.lastClock;
  }
}

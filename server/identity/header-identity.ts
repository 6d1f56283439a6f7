import { createHash, timingSafeEqual } from 'node:crypto';
import type { Problem } from '@/contract/problem';
import { fail, ok, type Result } from '@/mesh/result';
import { TokenFile } from '@/server/adapters/token-file';
import type { RequestOrigins } from '@/server/http/request-origin';
import type { Warn } from '@/server/identity/ended-sessions';
import { NOBODY, type Asker, type Identity, type SessionAnswer } from '@/server/identity/identity';
import { toImpersonation } from '@/server/identity/impersonation';
import { loginNeeded } from '@/server/identity/login-problems';
import { impersonationKey } from '@/server/identity/session-identity';
import type { Viewer } from '@/server/identity/viewer';

/** Names of headers, in lower case, and the file with the secret. */
export interface HeaderNames {
  readonly user: string;
  readonly groups: string;
  readonly secret: string;
  readonly secretFile: string;
}

/** Says nothing of what was wrong: whoever is not the proxy learns nothing. */
const NOT_THE_PROXY =
  'Fanari is reached through a proxy that logs people in; this request did not come that way.';

/**
 * A reverse proxy says who asks. It is believed only when the TCP connection comes from one of the trusted addresses and the
 * request carries the secret; what others send in these headers counts for nothing.
 */
export class HeaderIdentity implements Identity {
  private readonly secretFile: TokenFile;

  constructor(
    private readonly names: HeaderNames,
    private readonly origins: RequestOrigins,
    private readonly warn: Warn,
  ) {
    this.secretFile = new TokenFile(names.secretFile);
  }

  async viewerOf({ headers }: Asker): Promise<Result<Viewer, Problem>> {
    if (!(await this.isFromProxy(headers))) return fail(loginNeeded(NOT_THE_PROXY));
    const user = headers.get(this.names.user) ?? '';
    // Two headers of one name arrive as one with a comma: somebody wrote a second one, and which is right is not known.
    if (user === '' || user.includes(',')) {
      return fail(loginNeeded('The proxy in front of Fanari does not say who you are.'));
    }
    const groups = (headers.get(this.names.groups) ?? '')
      .split(',')
      .map((group) => asText(group.trim()))
      .filter((group) => group !== '');
    const credential = toImpersonation({ user: asText(user), groups });
    if (!credential.ok) return fail(loginNeeded(credential.error));
    const { value } = credential;
    return ok({
      strategy: 'header',
      user: value.user,
      groups: value.groups,
      credential: value,
      key: impersonationKey(value),
      expiresAtMs: null,
    });
  }

  async sessionOf(asker: Asker): Promise<SessionAnswer> {
    const viewer = await this.viewerOf(asker);
    const session = { ...NOBODY, strategy: 'header' as const };
    if (!viewer.ok) return { session, cookies: [] };
    const { user, groups } = viewer.value;
    return { session: { ...session, isLoggedIn: true, user, groups: [...groups] }, cookies: [] };
  }

  async logOut(): Promise<{ readonly to: null; readonly cookies: readonly string[] }> {
    return Promise.resolve({ to: null, cookies: [] });
  }

  private async isFromProxy(headers: Headers): Promise<boolean> {
    if (!this.origins.isFromProxy(headers)) return false;
    try {
      const secret = await this.secretFile.get();
      return secret !== '' && isEqual(headers.get(this.names.secret) ?? '', secret);
    } catch (caught) {
      const reason = caught instanceof Error ? caught.message : 'it cannot be read';
      this.warn('the secret of the proxy cannot be read, so nobody is let in', { reason });
      return false;
    }
  }
}

/** Takes as long for any two texts, whatever they have in common. */
function isEqual(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** Node reads each byte of a header as one character; names are UTF-8. */
function asText(header: string): string {
  return Buffer.from(header, 'latin1').toString('utf8');
}

import type { Settings } from '@/server/config';
import { TokenFile } from '@/server/adapters/token-file';
import type { RequestOrigins } from '@/server/http/request-origin';
import { BearerTokens, type Access } from '@/server/identity/bearer';
import { EndedSessions, type Warn } from '@/server/identity/ended-sessions';
import { HeaderIdentity } from '@/server/identity/header-identity';
import { AnonymousIdentity, type Identity } from '@/server/identity/identity';
import { fileKeyRing, randomKeyRing, type KeyRing } from '@/server/identity/key-ring';
import { LoginThrottle } from '@/server/identity/login-throttle';
import { OpenIdIdentity } from '@/server/identity/openid/openid-identity';
import { PendingLogins } from '@/server/identity/openid/pending-logins';
import { OpenIdProvider } from '@/server/identity/openid/provider';
import { providerFetch } from '@/server/identity/openid/provider-fetch';
import { TokenRenewal } from '@/server/identity/openid/token-renewal';
import { Sealer } from '@/server/identity/sealer';
import { Sessions } from '@/server/identity/sessions';
import { TokenIdentity } from '@/server/identity/token-identity';
import type { Clock, NoteStore } from '@/server/ports';

/** What an identity is made of beside the settings. */
export interface IdentityParts {
  readonly access: Access;
  /** `null`: replicas cannot tell each other which sessions have ended. */
  readonly notes: NoteStore | null;
  readonly origins: RequestOrigins;
  readonly clock: Clock;
  readonly warn: Warn;
}

/** The way to log in that the settings name. Throws, naming the setting, when the file of keys cannot be used. */
export function createIdentity(settings: Settings, parts: IdentityParts): Identity {
  switch (settings.authStrategy) {
    case 'anonymous':
      return new AnonymousIdentity();
    case 'header':
      return createHeaderIdentity(settings, parts);
    case 'token':
    case 'openid':
      return createSessionIdentity(settings, parts);
  }
}

function createHeaderIdentity(settings: Settings, { origins, warn }: IdentityParts): Identity {
  const { authHeaderUser, authHeaderGroups, authHeaderSecret, authHeaderSecretFile } = settings;
  const names = {
    user: authHeaderUser,
    groups: authHeaderGroups,
    secret: authHeaderSecret,
    secretFile: authHeaderSecretFile ?? '',
  };
  return new HeaderIdentity(names, origins, warn);
}

function createSessionIdentity(settings: Settings, parts: IdentityParts): Identity {
  const { access, notes, origins, clock, warn } = parts;
  const { basePath, sessionIdleSeconds, sessionMaxSeconds } = settings;
  if (notes === null) {
    warn('a log-out is known to this process only: replicas need --ended-sessions', {});
  }
  const ring = keyRingOf(settings.sessionKeysFile, clock, warn);
  const ended = new EndedSessions(notes, clock, warn);
  const rules = { idleMs: sessionIdleSeconds * 1000, maxMs: sessionMaxSeconds * 1000, basePath };
  const sessions = new Sessions(rules, new Sealer(ring, 'session'), ended, origins, clock);
  const throttle = new LoginThrottle(() => clock.now());
  const tokens = new BearerTokens(access, throttle, clock);
  if (settings.authStrategy === 'token') return new TokenIdentity(sessions, tokens, clock);
  const issuer = settings.oidcIssuer ?? '';
  const provider = providerOf(settings, issuer, clock);
  return new OpenIdIdentity(
    {
      provider,
      pending: new PendingLogins(new Sealer(ring, 'login'), clock),
      renewal: new TokenRenewal(provider, ended, clock),
      ...{ sessions, tokens, throttle, access, origins, clock, warn },
    },
    {
      issuer,
      basePath,
      mode: settings.oidcMode,
      usernameClaim: settings.oidcUsernameClaim,
      usernamePrefix: settings.oidcUsernamePrefix,
      groupsClaim: settings.oidcGroupsClaim,
      groupsPrefix: settings.oidcGroupsPrefix,
    },
  );
}

function providerOf(settings: Settings, issuer: string, clock: Clock): OpenIdProvider {
  const { oidcClientId, oidcClientSecretFile, oidcCaFile, oidcScopes } = settings;
  const secretFile = oidcClientSecretFile === null ? null : new TokenFile(oidcClientSecretFile);
  const options = {
    issuer,
    clientId: oidcClientId ?? '',
    secret: async () => (secretFile === null ? null : secretFile.get()),
    scopes: oidcScopes,
    fetch: providerFetch(oidcCaFile),
  };
  return new OpenIdProvider(options, () => clock.now());
}

function keyRingOf(path: string | null, clock: Clock, warn: Warn): KeyRing {
  if (path === null) {
    warn(
      'sessions end with this process, and other replicas do not know them: no --session-keys-file',
      {},
    );
    return randomKeyRing();
  }
  try {
    return fileKeyRing(
      path,
      () => clock.now(),
      (reason) => warn('the file of session keys cannot be used; those of before stay', { reason }),
    );
  } catch (caught) {
    const reason = caught instanceof Error ? caught.message : 'it cannot be read';
    throw new Error(`--session-keys-file cannot be used: ${reason}`, { cause: caught });
  }
}

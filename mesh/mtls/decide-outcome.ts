import type { ClientMode, EdgeMtls, PeerMode } from '@/mesh/mtls/mtls';

/** What a client mode and a server mode make of each other, and why in a few words. */
export interface Outcome {
  readonly configured: NonNullable<EdgeMtls['configured']>;
  readonly why: string;
}

type ServerMode = PeerMode | 'no-proxy';

const MTLS: Outcome = { configured: 'mtls', why: '' };
const PLAINTEXT: Outcome = { configured: 'plaintext', why: '' };
const NEEDS_TLS: Outcome = {
  configured: 'tls',
  why: 'the TLS that the client originates reaches the application, which must speak it',
};
const STRICT_REFUSES: Outcome = {
  configured: 'broken',
  why: 'a STRICT server resets connections without mutual TLS',
};
const NOBODY_ANSWERS_TLS: Outcome = {
  configured: 'broken',
  why: 'the client insists on mutual TLS and nothing there answers it',
};
const PORT_NOT_CAPTURED: Outcome = {
  configured: 'broken',
  why: 'auto mTLS goes by the pod, which has a sidecar, and nothing answers mutual TLS on this port',
};
const NO_PRINCIPAL: Outcome = {
  configured: 'broken',
  why: 'SIMPLE TLS presents no client certificate, which a STRICT server demands',
};
const OWN_CERTIFICATE: Outcome = {
  configured: 'mtls',
  why: 'the client presents certificates of its own, which works only if they chain to the mesh root',
};

const EVERY_SERVER = (outcome: Outcome): Record<ServerMode, Outcome> => ({
  STRICT: outcome,
  PERMISSIVE: outcome,
  DISABLE: outcome,
  'no-proxy': outcome,
});

const NO_TLS: Record<ServerMode, Outcome> = { ...EVERY_SERVER(PLAINTEXT), STRICT: STRICT_REFUSES };

/** The decision table of client against server. `auto` is decided by the endpoint, see {@link decideOutcome}. */
const TABLE = {
  ISTIO_MUTUAL: {
    STRICT: MTLS,
    PERMISSIVE: MTLS,
    DISABLE: NOBODY_ANSWERS_TLS,
    'no-proxy': NOBODY_ANSWERS_TLS,
  },
  DISABLE: NO_TLS,
  plaintext: NO_TLS,
  none: NO_TLS,
  SIMPLE: { ...EVERY_SERVER(NEEDS_TLS), STRICT: NO_PRINCIPAL },
  MUTUAL: { ...EVERY_SERVER(NEEDS_TLS), STRICT: OWN_CERTIFICATE },
  hbone: EVERY_SERVER(MTLS),
} as const satisfies Record<Exclude<ClientMode, 'auto'>, Record<ServerMode, Outcome>>;

/**
 * The outcome; `isAutoEndpoint` says whether auto mTLS picks mutual TLS for the endpoint. It does so too for a port that
 * is excluded from the endpoint's sidecar, which then fails.
 */
export function decideOutcome(
  client: ClientMode,
  server: ServerMode,
  isAutoEndpoint: boolean,
): Outcome {
  if (client !== 'auto') return TABLE[client][server];
  if (!isAutoEndpoint) return TABLE.plaintext[server];
  return server === 'no-proxy' ? PORT_NOT_CAPTURED : MTLS;
}

/** Why a login at a provider failed, by the word that the server puts into the address. */
const TEXTS: Readonly<Record<string, string>> = {
  denied: 'The provider did not let you in, or you said no there.',
  expired: 'This login took too long, or was begun in another browser. Begin it again.',
  failed: 'The provider’s answer could not be verified. Begin again; Fanari’s log says more.',
  'provider-away': 'The identity provider does not answer. Try again in a while.',
  'cluster-away': 'The Kubernetes API server does not answer. Try again in a while.',
  'not-accepted':
    'The Kubernetes API server does not accept this login. Whoever runs Fanari can see why in its log.',
  name: 'Your name or one of your groups cannot be used here. Fanari’s log says which rule it breaks.',
  'too-large': 'What the provider says of you is too large for a session; perhaps too many groups.',
  'too-many': 'Too many logins failed. Wait some minutes.',
};

/** The sentence for a fault; `null` without one. An unknown word, which anybody can write there, is not shown. */
export function faultText(fault: string | null): string | null {
  if (fault === null) return null;
  return Object.hasOwn(TEXTS, fault) ? (TEXTS[fault] ?? null) : 'The login failed. Try again.';
}

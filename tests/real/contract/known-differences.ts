/** Requests that the embedded API still answers otherwise. Each is wrong there; one that is mended must leave this list. */
export const knownDifferences: ReadonlySet<string> = new Set([
  // Other words for the same refusal.
  'refuses a token that is none',
  'refuses a list version that is none',
  'refuses another kind',
  'refuses an address that is none',
  // `managedFields` after an apply by a second manager.
  'lets two managers own what they agree on',
  // `managedFields` of a Service name what the API server itself allocates: address families, `status`.
  'takes a name of a service that starts with a digit',
]);

/** Objects of Istio that the embedded API still judges otherwise than CRDs and istiod, or in other words. */
export const knownIstioDifferences: ReadonlySet<string> = new Set([
  'VirtualService: retries on nothing known',
  'VirtualService: a match of a bad expression',
  'ServiceEntry: no hosts',
  'ServiceEntry: the same port twice',
  'PeerAuthentication: a port without a selector',
  'AuthorizationPolicy: an unknown condition',
]);

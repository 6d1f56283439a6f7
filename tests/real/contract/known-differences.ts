/** Requests that the embedded API still answers otherwise. Each is wrong there; one that is mended must leave this list. */
export const knownDifferences: ReadonlySet<string> = new Set([
  // Other words for the same refusal.
  'refuses a malformed label selector',
  'refuses a token that is none',
  'refuses a list version that is none',
  'refuses another kind',
  'refuses an address that is none',
  // A watch from a version that is no number is a 500 of the real one.
  'refuses a watch version that is none',
  // `managedFields` of the real one name new maps and lists themselves, too (`".": {}`).
  'creates a custom object',
  'creates nothing in a dry run, and says what would be',
  'takes a name of a service that starts with a digit',
  'lets two managers own what they agree on',
  // Faults of type keep the rules of a custom kind from being checked; the real one says so in one more cause.
  'refuses an object without a name',
  'refuses a type that the schema does not allow',
  'refuses a JSON patch that breaks the schema',
]);

/** Objects of Istio that the embedded API still judges otherwise than CRDs and istiod, or in other words. */
export const knownIstioDifferences: ReadonlySet<string> = new Set([
  'VirtualService: retries on nothing known',
  'VirtualService: a match of a bad expression',
  'VirtualService: TLS without a match',
  'ServiceEntry: no hosts',
  'ServiceEntry: the same port twice',
  'PeerAuthentication: a port without a selector',
  'AuthorizationPolicy: an unknown condition',
]);

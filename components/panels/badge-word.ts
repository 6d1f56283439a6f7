const WORD: Readonly<Record<string, string>> = {
  'circuit-breaker': 'Circuit breaker',
  'fault-injection': 'Fault injection',
  mirror: 'Mirrored',
  timeout: 'Timeout set',
  retry: 'Retries set',
  'virtual-service': 'Routed',
  'missing-proxy': 'No sidecar',
};

/** A node's badge in words; one that is not known is shown as it is. */
export function badgeWord(badge: string): string {
  return WORD[badge] ?? badge;
}

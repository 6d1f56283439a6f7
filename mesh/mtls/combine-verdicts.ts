import type { MtlsVerdict } from '@/mesh/mtls/mtls';

/**
 * The one verdict of traffic that is shown together; `unknown` for none. `broken` wins; encrypted beside plaintext is
 * `partly`; and what is not known of one part leaves the whole unknown, never `encrypted`.
 */
export function combineVerdicts(verdicts: Iterable<MtlsVerdict>): MtlsVerdict {
  const met = new Set(verdicts);
  if (met.has('broken')) return 'broken';
  if (met.has('partly') || (met.has('encrypted') && met.has('plaintext'))) return 'partly';
  if (met.has('plaintext')) return 'plaintext';
  return met.has('encrypted') && !met.has('unknown') ? 'encrypted' : 'unknown';
}

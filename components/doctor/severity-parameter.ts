import { SEVERITY_LOOK, type ShownFinding } from '@/components/doctor/severity-look';

const PARAMETER = 'severity';
const ALL = Object.keys(SEVERITY_LOOK) as ShownFinding['severity'][];

/** Severities that an address asks for; empty: all. What is not one is left out. */
export function parseSeverities(query: URLSearchParams): readonly ShownFinding['severity'][] {
  const wanted = (query.get(PARAMETER) ?? '').split(',');
  return ALL.filter((severity) => wanted.includes(severity));
}

/** The address's query, from `?`, with other severities and everything else as it is. */
export function withSeverities(
  query: URLSearchParams,
  severities: readonly ShownFinding['severity'][],
): string {
  const next = new URLSearchParams(query);
  if (severities.length === 0) next.delete(PARAMETER);
  else next.set(PARAMETER, ALL.filter((severity) => severities.includes(severity)).join(','));
  const text = next.toString().replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

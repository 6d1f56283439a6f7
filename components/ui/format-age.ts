/**
 * Text of an age in milliseconds, in its largest unit only: `just now` (under 2 s), `12 s`, `4 min`, `3 h`, `2 d`.
 * Negative ages (clocks that disagree) read `just now`.
 */
export function formatAge(ageMs: number): string {
  const seconds = Math.floor(ageMs / 1000);
  if (seconds < 2) return 'just now';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

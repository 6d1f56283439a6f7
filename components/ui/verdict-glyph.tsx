import type { JSX } from 'react';
import { VERDICT } from '@/components/ui/verdict';
import type { MtlsVerdict } from '@/mesh/mtls/mtls';

const SHACKLE: Record<MtlsVerdict, string> = {
  encrypted: 'M5 7V5a3 3 0 0 1 6 0v2',
  partly: 'M5 7V5a3 3 0 0 1 6 0',
  plaintext: 'M5 7V4.4a2.9 2.9 0 0 1 5.4-1.4',
  broken: 'M5 7V5a3 3 0 0 1 6 0v2',
  unknown: 'M5 7V5a3 3 0 0 1 6 0v2',
};

/** A verdict as a padlock: shut, half shut, open, crossed out or dashed. Decorative: write the word beside. */
export function VerdictGlyph({
  verdict,
  size = 14,
}: {
  readonly verdict: MtlsVerdict;
  readonly size?: number;
}): JSX.Element {
  const isSolid = verdict === 'encrypted' || verdict === 'partly' || verdict === 'broken';
  const dashes = verdict === 'unknown' ? '2 1.6' : undefined;
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
      display="block"
      color={`var(--fanari-${VERDICT[verdict].tone})`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
    >
      <path d={SHACKLE[verdict]} strokeDasharray={dashes} />
      <rect
        x="3"
        y="7"
        width="10"
        height="7"
        rx="1.5"
        fill={isSolid ? 'currentColor' : 'none'}
        strokeDasharray={dashes}
      />
      {verdict === 'broken' && (
        <path d="m5.8 8.6 4.4 3.8m0-3.8-4.4 3.8" stroke="var(--fanari-surface)" />
      )}
      {verdict === 'partly' && (
        <path d="M8 7.5v6h4.2v-6z" fill="var(--fanari-surface)" stroke="none" />
      )}
    </svg>
  );
}

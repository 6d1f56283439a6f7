import type { JSX } from 'react';

/** The mark: a lantern whose glass holds the three lights of a traffic signal. Decorative; the name stands beside it. */
export function LanternMark({ size = 28 }: { readonly size?: number }): JSX.Element {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path
        d="M12 5.5a4 4 0 0 1 8 0"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
      />
      <path d="M9.2 8.8 11 5.9h10l1.8 2.9z" fill="currentColor" />
      <rect
        x="8.9"
        y="9.6"
        width="14.2"
        height="16.6"
        rx="3.2"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
      />
      <path d="M11.2 28.9h9.6" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
      <circle cx="16" cy="13.2" r="1.6" fill="currentColor" opacity="0.35" />
      <circle cx="16" cy="18" r="2.5" fill="var(--fanari-lantern)" />
      <circle cx="16" cy="22.8" r="1.6" fill="currentColor" opacity="0.35" />
    </svg>
  );
}

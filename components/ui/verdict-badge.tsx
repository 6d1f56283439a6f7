import type { JSX } from 'react';
import classes from '@/components/ui/badge.module.css';
import { VERDICT } from '@/components/ui/verdict';
import { VerdictGlyph } from '@/components/ui/verdict-glyph';
import type { MtlsVerdict } from '@/mesh/mtls/mtls';

/** An mTLS verdict as padlock and word. */
export function VerdictBadge({ verdict }: { readonly verdict: MtlsVerdict }): JSX.Element {
  return (
    <span className={classes.badge} data-tone={VERDICT[verdict].tone}>
      <VerdictGlyph verdict={verdict} size={12} />
      {VERDICT[verdict].word}
    </span>
  );
}

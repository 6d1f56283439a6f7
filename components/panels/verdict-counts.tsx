import type { JSX } from 'react';
import classes from '@/components/panels/panel.module.css';
import { VERDICT, VERDICTS_WORST_FIRST } from '@/components/ui/verdict';
import { VerdictGlyph } from '@/components/ui/verdict-glyph';
import type { GraphEdge } from '@/mesh/graph/graph';
import type { MtlsVerdict } from '@/mesh/mtls/mtls';

/** How many edges have which mTLS verdict, worst first; verdicts that none has are left out. */
export function VerdictCounts({ edges }: { readonly edges: readonly GraphEdge[] }): JSX.Element {
  const count = (verdict: MtlsVerdict) =>
    edges.filter(({ mtls }) => mtls.verdict === verdict).length;
  if (edges.length === 0) return <p className={classes.quiet}>No edges.</p>;
  return (
    <div className={classes.counts}>
      {VERDICTS_WORST_FIRST.filter((verdict) => count(verdict) > 0).map((verdict) => (
        <span key={verdict} className={classes.count}>
          <VerdictGlyph verdict={verdict} />
          <b>{count(verdict)}</b> {VERDICT[verdict].word.toLowerCase()}
        </span>
      ))}
    </div>
  );
}

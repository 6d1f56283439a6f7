'use client';

import Link from 'next/link';
import { useState } from 'react';
import type { JSX } from 'react';
import classes from '@/components/shell/banner.module.css';
import { useNow } from '@/components/shell/use-now';
import { formatSince } from '@/components/ui/format-since';
import { StatusGlyph } from '@/components/ui/status-glyph';
import { withCluster } from '@/components/ui/with-cluster';
import type { SourceGap } from '@/mesh/gap';

const NAME = { kubernetes: 'Kubernetes', prometheus: 'Prometheus', jaeger: 'Jaeger' } as const;

/** Says what is missing from an answer, one line per gap with its reason and age; draws nothing when all is there. */
export function GapsBanner({ gaps }: { readonly gaps: readonly SourceGap[] }): JSX.Element | null {
  const [isOpen, setOpen] = useState(false);
  const nowMs = useNow(5_000);
  const [first] = gaps;
  if (first === undefined) return null;
  const shown = isOpen ? gaps : [first];
  return (
    <section
      className={classes.banner}
      data-tone="degraded"
      aria-label="Missing data"
      role="status"
    >
      <StatusGlyph status="degraded" />
      <ul className={classes.lines}>
        {shown.map((gap) => (
          <li key={`${gap.source} ${gap.cluster ?? ''} ${gap.what} ${gap.kind}`}>
            <strong>
              No {gap.what} from {withCluster(NAME[gap.source], gap.cluster)}
            </strong>
            {formatSince(gap.sinceMs, nowMs)}: {gap.message}
          </li>
        ))}
      </ul>
      {gaps.length > 1 && (
        <button
          type="button"
          className={classes.more}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Show less' : `And ${gaps.length - 1} more`}
        </button>
      )}
      <Link href="/doctor" className={classes.more}>
        Ask the doctor
      </Link>
    </section>
  );
}

'use client';

import { Button } from '@mantine/core';
import { useState } from 'react';
import type { JSX } from 'react';
import classes from '@/components/mtls/mtls-page.module.css';
import { SectionHead } from '@/components/mtls/section-head';
import { ObjectLink } from '@/components/panels/object-link';
import { StatusGlyph } from '@/components/ui/status-glyph';
import { refKey } from '@/mesh/topology/object';
import type { MtlsFinding } from '@/mesh/mtls/mtls';

const STATUS = { error: 'failing', warning: 'degraded', info: 'idle' } as const;
const ORDER = { error: 0, warning: 1, info: 2 } as const;

/** So many are shown before all are asked for. */
const SHOWN_FIRST = 8;

/** What the configuration deserves to be looked at for, worst first; draws nothing without findings. */
export function FindingsSection({
  findings,
}: {
  readonly findings: readonly MtlsFinding[];
}): JSX.Element | null {
  const [isAll, setAll] = useState(false);
  if (findings.length === 0) return null;
  const sorted = [...findings].sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
  const shown = isAll ? sorted : sorted.slice(0, SHOWN_FIRST);
  return (
    <section aria-label="Findings">
      <SectionHead
        title="Findings"
        text="Settings that contradict each other, or that leave something open."
      />
      <ul className={classes.findings}>
        {shown.map((finding) => (
          <li
            key={`${finding.cluster ?? ''} ${finding.rule}${finding.message}`}
            className={classes.finding}
          >
            <StatusGlyph status={STATUS[finding.severity]} />
            <div>
              <p>
                <span className="fanari-visually-hidden">{finding.severity}: </span>
                {finding.cluster !== undefined && <b>{finding.cluster}: </b>}
                {finding.message}
              </p>
              <div className={classes.objects}>
                {finding.objects.map((object) => (
                  <ObjectLink key={refKey(object)} object={object} />
                ))}
              </div>
            </div>
          </li>
        ))}
      </ul>
      {findings.length > SHOWN_FIRST && (
        <Button
          mt={8}
          size="xs"
          variant="default"
          aria-expanded={isAll}
          onClick={() => setAll(!isAll)}
        >
          {isAll ? 'Show the worst only' : `Show all ${findings.length}`}
        </Button>
      )}
    </section>
  );
}

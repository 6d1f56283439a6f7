'use client';

import type { JSX } from 'react';
import { SplitControl } from '@/components/graph/split/split-control';
import { ObjectLink } from '@/components/panels/object-link';
import { usePanelContext } from '@/components/panels/panel-context';
import { PanelSection } from '@/components/panels/panel-section';
import classes from '@/components/panels/panel.module.css';
import { formatRate } from '@/components/ui/format-rate';
import { formatRatio } from '@/components/ui/format-ratio';
import { Tip } from '@/components/ui/tip';
import { StatusGlyph } from '@/components/ui/status-glyph';
import type { TrafficSplit } from '@/mesh/splits/split';

const AGREEMENT = { agrees: 'healthy', differs: 'degraded', unknown: 'unknown' } as const;
const AGREEMENT_WORD = {
  agrees: 'Traffic follows',
  differs: 'Traffic differs',
  unknown: 'Not comparable',
} as const;

/** One traffic split: whose it is, configured beside observed, its warnings, and the control to change it. */
export function SplitSection({ split }: { readonly split: TrafficSplit }): JSX.Element {
  const { onWeightsChosen, readOnlyReason } = usePanelContext();
  const reason = readOnlyReason(split.object);
  return (
    <PanelSection
      title={split.ruleCount > 1 ? `Traffic split, rule ${split.ruleIndex + 1}` : 'Traffic split'}
      aside={<AgreementNote split={split} />}
    >
      <p className={classes.quiet}>
        <ObjectLink object={split.object} />
        {split.ruleCount > 1 && `, rule ${split.ruleIndex + 1} of ${split.ruleCount}`}
        {split.ruleName !== null && ` “${split.ruleName}”`}
      </p>
      <p className={classes.quiet}>
        {split.matches.length === 0
          ? 'Takes everything that no rule before it takes.'
          : `When ${split.matches.join(', or ')}.`}
      </p>
      <div style={{ margin: '12px 0' }}>
        <SplitControl
          split={split}
          wanted={null}
          variant="full"
          disabled={reason !== null}
          onChosen={(wanted) => onWeightsChosen(split, wanted)}
        />
      </div>
      {reason !== null && <p className={classes.quiet}>{reason}</p>}
      <DestinationTable split={split} />
      {split.mirrors.map(({ host, subset, percent }) => (
        <p key={`${host} ${subset ?? ''}`} className={classes.quiet} style={{ marginTop: 8 }}>
          {percent} % is also copied to {host}
          {subset === null ? '' : ` ${subset}`}; answers of copies are thrown away.
        </p>
      ))}
      {split.warnings.map((warning) => (
        <p
          key={warning.rule + warning.message}
          className={classes.quiet}
          style={{ display: 'flex', gap: 8, marginTop: 8 }}
        >
          <span style={{ paddingTop: 3 }}>
            <StatusGlyph status={warning.blocks ? 'failing' : 'degraded'} />
          </span>
          <span>{warning.message}</span>
        </p>
      ))}
    </PanelSection>
  );
}

function AgreementNote({ split }: { readonly split: TrafficSplit }): JSX.Element {
  return (
    <Tip label={split.agreementReason}>
      <button
        type="button"
        className={classes.hint}
        style={{ display: 'inline-flex', gap: 6, alignItems: 'center' }}
      >
        <StatusGlyph status={AGREEMENT[split.agreement]} size={12} />
        {AGREEMENT_WORD[split.agreement]}
      </button>
    </Tip>
  );
}

function DestinationTable({ split }: { readonly split: TrafficSplit }): JSX.Element {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">To</th>
          <th scope="col" className={classes.number}>
            Configured
          </th>
          <th scope="col" className={classes.number}>
            Observed
          </th>
          <th scope="col" className={classes.number}>
            Pods
          </th>
        </tr>
      </thead>
      <tbody>
        {split.destinations.map((destination) => (
          <tr key={destination.index}>
            <td>
              {destination.label}
              <span className={classes.reason}>
                {destination.workloads.map(decodeURIComponent).join(', ')}
              </span>
            </td>
            <td className={classes.number}>
              {formatRatio(destination.share)}
              <span className={classes.reason}>weight {destination.weight ?? 'not set'}</span>
            </td>
            <td className={classes.number}>
              {formatRatio(destination.observedShare)}
              <span className={classes.reason}>
                {destination.observedPerSecond === null
                  ? unknownRate(destination)
                  : formatRate(
                      destination.observedPerSecond,
                      split.protocol === 'http' || split.protocol === 'grpc' ? 'rps' : 'conn/s',
                    )}
              </span>
            </td>
            <td className={classes.number}>{destination.readyPods ?? '—'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Rules with the same weights that metrics do not tell apart have shares together, and no rate of their own. */
function unknownRate({ observedShare }: TrafficSplit['destinations'][number]): string {
  return observedShare === null ? 'not observed' : 'with other rules';
}

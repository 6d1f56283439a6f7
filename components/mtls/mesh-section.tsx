import type { JSX } from 'react';
import classes from '@/components/mtls/mtls-page.module.css';
import { ObjectLink } from '@/components/panels/object-link';
import { formatRatio } from '@/components/ui/format-ratio';
import { formatWindow } from '@/mesh/format-window';
import { carriesTraffic, noShareReason } from '@/components/ui/no-share-reason';
import { VERDICT, VERDICTS_WORST_FIRST } from '@/components/ui/verdict';
import { VerdictGlyph } from '@/components/ui/verdict-glyph';
import type { MtlsResponse } from '@/contract/mtls';
import type { MtlsVerdict } from '@/mesh/mtls/mtls';

const MEANING = {
  STRICT: 'Servers accept only mutual TLS, unless a namespace or workload says otherwise.',
  PERMISSIVE:
    'Servers accept mutual TLS and plaintext, unless a namespace or workload says otherwise.',
  DISABLE: 'Servers accept only plaintext, unless a namespace or workload says otherwise.',
} as const;

/** The mesh as a whole: its mode and what decides it, beside the share of traffic that was seen encrypted. */
export function MeshSection({ report }: { readonly report: MtlsResponse }): JSX.Element {
  const { mesh } = report;
  return (
    <section className={classes.mesh} aria-label="The mesh">
      <div>
        <h2 className={classes.mode}>
          <VerdictGlyph
            verdict={
              mesh.mode.mode === 'STRICT'
                ? 'encrypted'
                : mesh.mode.mode === 'PERMISSIVE'
                  ? 'partly'
                  : 'plaintext'
            }
            size={24}
          />
          Mesh {mesh.mode.mode.toLowerCase()}
        </h2>
        <p className={classes.note}>{MEANING[mesh.mode.mode]}</p>
        <dl className={classes.facts}>
          <dt>Decided by</dt>
          <dd>
            {mesh.mode.decidedBy === null ? (
              mesh.mode.at
            ) : (
              <ObjectLink object={mesh.mode.decidedBy} />
            )}
          </dd>
          <dt>Auto mTLS</dt>
          <dd>{mesh.autoMtls ? 'on' : 'off'}</dd>
          <dt>Trust domain</dt>
          <dd>{[mesh.trustDomain, ...mesh.trustDomainAliases].join(', ')}</dd>
        </dl>
      </div>
      <div>
        <div className={classes.observed}>
          {formatRatio(mesh.observedRatio)} <small>{observedText(report)}</small>
        </div>
        <p className={classes.note}>{coverageText(report)}</p>
        <VerdictTrack verdicts={mesh.verdicts} />
      </div>
    </section>
  );
}

function observedText({ mesh, scope, edges, gaps, windowSeconds }: MtlsResponse): string {
  const where = scope.length === 0 ? 'of the mesh' : `from and to ${scopeText(scope)}`;
  const when = `in the last ${formatWindow(windowSeconds)}`;
  if (mesh.observedRatio !== null) {
    return `of the observed traffic ${where} was mutual TLS ${when}`;
  }
  return `${noShareReason(gaps, edges.some(carriesTraffic))} ${where} ${when}`;
}

function coverageText({ mesh, scope, edges }: MtlsResponse): string {
  const { observedEdges } = mesh;
  const covered =
    edges.length === 0
      ? ''
      : `Observed on ${observedEdges} of ${edges.length} edges${observedEdges < edges.length ? '; nothing was observed of the others' : ''}.`;
  const narrowed = scope.length === 0 ? '' : ' The mode is that of the whole mesh.';
  return `${covered}${narrowed}`.trim();
}

/** Names as long as they are few. */
function scopeText(scope: readonly string[]): string {
  return scope.length <= 3 ? scope.join(', ') : `${scope.length} namespaces`;
}

function VerdictTrack({
  verdicts,
}: {
  readonly verdicts: Readonly<Record<MtlsVerdict, number>>;
}): JSX.Element {
  const present = VERDICTS_WORST_FIRST.filter((verdict) => verdicts[verdict] > 0);
  return (
    <>
      <div className={classes.track} aria-hidden="true">
        {present.map((verdict) => (
          <span
            key={verdict}
            className={classes.part}
            data-tone={VERDICT[verdict].tone}
            style={{ flexGrow: verdicts[verdict] }}
          />
        ))}
      </div>
      <ul className={classes.legend} aria-label="Edges by verdict">
        {present.map((verdict) => (
          <li key={verdict} title={VERDICT[verdict].meaning}>
            <VerdictGlyph verdict={verdict} />
            <b>{verdicts[verdict]}</b> {VERDICT[verdict].word.toLowerCase()}
          </li>
        ))}
      </ul>
    </>
  );
}

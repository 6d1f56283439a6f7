'use client';

import { Button, CopyButton } from '@mantine/core';
import Link from 'next/link';
import { useState } from 'react';
import type { JSX } from 'react';
import { edgesCsv } from '@/components/mtls/edges-csv';
import classes from '@/components/mtls/mtls-page.module.css';
import { SectionHead } from '@/components/mtls/section-head';
import { ObjectLink } from '@/components/panels/object-link';
import panel from '@/components/panels/panel.module.css';
import { scopeQuery } from '@/components/shell/scope-query';
import { buildUrlQuery } from '@/components/shell/url-state';
import { useUrlState } from '@/components/shell/use-url-state';
import { formatRate } from '@/components/ui/format-rate';
import { formatRatio } from '@/components/ui/format-ratio';
import { StateMessage } from '@/components/ui/state-message';
import { VERDICTS_WORST_FIRST } from '@/components/ui/verdict';
import { VerdictBadge } from '@/components/ui/verdict-badge';
import type { MtlsEdge } from '@/mesh/mtls/mtls';

const SHOWN_AT_MOST = 200;

/** The edges that are not wholly encrypted, each with its reason; all of them on demand; as CSV too. */
export function EdgesSection({ edges }: { readonly edges: readonly MtlsEdge[] }): JSX.Element {
  const [isAll, setAll] = useState(false);
  const open = edges.filter(({ mtls }) => mtls.verdict !== 'encrypted');
  const listed = [...(isAll ? edges : open)].sort(byVerdictThenRate);
  const csv = () => edgesCsv(listed);
  return (
    <section aria-label="Edges">
      <SectionHead
        title={
          isAll
            ? `All ${edges.length} edges`
            : `${open.length} of ${edges.length} edges not encrypted`
        }
        text="Configured beside observed, with what decides."
      >
        <Button size="xs" variant="default" aria-pressed={isAll} onClick={() => setAll(!isAll)}>
          {isAll ? 'Only not encrypted' : 'Show all'}
        </Button>
        <CopyButton value={csv()}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy CSV'}
            </Button>
          )}
        </CopyButton>
        <Button size="xs" variant="default" onClick={() => download(csv())}>
          Download CSV
        </Button>
      </SectionHead>
      {listed.length === 0 ? (
        <StateMessage
          title="Everything that was seen is encrypted"
          text="No edge in this scope carries plaintext or is broken by its configuration."
        />
      ) : (
        <div className={classes.scroll} tabIndex={0} role="region" aria-label="Edges, scrollable">
          <EdgesTable edges={listed.slice(0, SHOWN_AT_MOST)} />
        </div>
      )}
      {listed.length > SHOWN_AT_MOST && (
        <p className={classes.note}>
          The worst {SHOWN_AT_MOST} of {listed.length} are listed; the CSV has all.
        </p>
      )}
    </section>
  );
}

function EdgesTable({ edges }: { readonly edges: readonly MtlsEdge[] }): JSX.Element {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">To</th>
          <th scope="col">Verdict</th>
          <th scope="col">Reason</th>
          <th scope="col">Server</th>
          <th scope="col">Client</th>
          <th scope="col" className={classes.number}>
            Observed
          </th>
          <th scope="col" className={classes.number}>
            Rate
          </th>
        </tr>
      </thead>
      <tbody>
        {edges.map((edge) => (
          <EdgeRow key={edge.id} edge={edge} />
        ))}
      </tbody>
    </table>
  );
}

function EdgeRow({ edge }: { readonly edge: MtlsEdge }): JSX.Element {
  const { state } = useUrlState();
  const query = buildUrlQuery({
    ...state,
    selection: { kind: 'edge', id: edge.id },
    view: 'workload',
  });
  return (
    <tr>
      <th scope="row">
        <Link className={panel.link} href={query === '' ? `/${scopeQuery(state)}` : `/?${query}`}>
          {edge.source.label}
        </Link>
        <span className={classes.note}>{edge.source.namespace ?? 'outside'}</span>
      </th>
      <td>
        {edge.target.label}
        <span className={classes.note}>
          {edge.target.namespace ?? 'outside'} · {edge.protocol.toUpperCase()}
        </span>
      </td>
      <td>
        <VerdictBadge verdict={edge.mtls.verdict} />
      </td>
      <td className={classes.reason}>{edge.mtls.reason}</td>
      <td>
        <ModeCell mode={edge.mtls.server} />
      </td>
      <td>
        <ModeCell mode={edge.mtls.client} />
      </td>
      <td className={classes.number}>{formatRatio(edge.mtls.observedRatio)}</td>
      <td className={classes.number}>
        {formatRate(edge.rps, edge.protocol === 'tcp' ? 'conn/s' : 'rps')}
      </td>
    </tr>
  );
}

function ModeCell({
  mode,
}: {
  readonly mode: MtlsEdge['mtls']['server'] | MtlsEdge['mtls']['client'];
}): JSX.Element {
  if (mode === null) return <>—</>;
  return (
    <>
      {mode.mode}
      <span className={classes.note}>
        {mode.decidedBy === null ? mode.at : <ObjectLink object={mode.decidedBy} />}
      </span>
    </>
  );
}

function byVerdictThenRate(a: MtlsEdge, b: MtlsEdge): number {
  const order =
    VERDICTS_WORST_FIRST.indexOf(a.mtls.verdict) - VERDICTS_WORST_FIRST.indexOf(b.mtls.verdict);
  return order !== 0 ? order : (b.rps ?? -1) - (a.rps ?? -1);
}

function download(csv: string): void {
  const address = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = 'mtls-edges.csv';
  link.click();
  URL.revokeObjectURL(address);
}

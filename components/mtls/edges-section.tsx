'use client';

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { JSX } from 'react';
import { downloadText } from '@/components/mtls/download-text';
import { edgesCsv } from '@/components/mtls/edges-csv';
import { EdgesTable } from '@/components/mtls/edges-table';
import { filterEdges, sortEdges, type EdgeFilter } from '@/components/mtls/edge-list';
import { EDGE_TEXT_MAX, type EdgeListState } from '@/components/mtls/edge-list-url';
import { evidenceJson } from '@/components/mtls/mtls-evidence';
import classes from '@/components/mtls/mtls-page.module.css';
import { PAGE_ROWS, Pager } from '@/components/mtls/pager';
import { SectionHead } from '@/components/mtls/section-head';
import { statusQuery } from '@/components/queries/status-query';
import controls from '@/components/shell/controls.module.css';
import { useUrlState } from '@/components/shell/use-url-state';
import { SearchField } from '@/components/ui/search-field';
import { StateMessage } from '@/components/ui/state-message';
import { VERDICT, VERDICTS_WORST_FIRST } from '@/components/ui/verdict';
import { VerdictGlyph } from '@/components/ui/verdict-glyph';
import type { MtlsResponse } from '@/contract/mtls';
import type { MtlsEdge, MtlsVerdict } from '@/mesh/mtls/mtls';

/** The edges with the reason for each verdict: filtered, ordered, by pages, all kept in the address; and as evidence to keep. */
export function EdgesSection({ report }: { readonly report: MtlsResponse }): JSX.Element {
  const { edges } = report;
  const { state, update } = useUrlState();
  const { verdicts, text, pair, sort, page } = state.edgeList;
  // What changes the list itself shows it from its start.
  const change = (patch: Partial<EdgeListState>, record = true) =>
    update({ edgeList: { ...state.edgeList, page: 0, ...patch } }, record);
  const listed = useMemo(
    () => sortEdges(filterEdges(edges, { verdicts, text, pair }), sort),
    [edges, verdicts, text, pair, sort],
  );
  // A refresh can leave fewer pages than the one that is looked at.
  const shownPage = Math.min(page, Math.max(0, Math.ceil(listed.length / PAGE_ROWS) - 1));
  return (
    <section aria-label="Edges" id="edges">
      <SectionHead title="Edges" text={summaryOf(edges)}>
        <Exports report={report} listed={listed} filter={filterText({ verdicts, text, pair })} />
      </SectionHead>
      <div className={classes.filters}>
        <VerdictFilter
          edges={edges}
          chosen={verdicts}
          onChoose={(chosen) => change({ verdicts: chosen })}
        />
        <SearchField
          className={controls.text}
          placeholder="Filter by name, reason or object"
          label="Filter edges"
          maxLength={EDGE_TEXT_MAX}
          value={text}
          onChange={(typed) => change({ text: typed }, false)}
        />
        {pair !== null && (
          <Button size="xs" variant="default" onClick={() => change({ pair: null })}>
            {pair.source ?? 'outside'} to {pair.target ?? 'outside'} ×
            <span className="fanari-visually-hidden"> (show all namespaces)</span>
          </Button>
        )}
      </div>
      {listed.length === 0 ? (
        <NothingListed report={report} isNarrowed={text !== '' || pair !== null} />
      ) : (
        <div className={classes.scroll} tabIndex={0} role="region" aria-label="Edges, scrollable">
          <EdgesTable
            edges={listed.slice(shownPage * PAGE_ROWS, (shownPage + 1) * PAGE_ROWS)}
            sort={sort}
            onSort={(chosen) => change({ sort: chosen })}
          />
        </div>
      )}
      <Pager page={shownPage} rows={listed.length} onPage={(turned) => change({ page: turned })} />
    </section>
  );
}

function summaryOf(edges: readonly MtlsEdge[]): string {
  const count = (...verdicts: MtlsVerdict[]) =>
    edges.filter(({ mtls }) => verdicts.includes(mtls.verdict)).length;
  const open = count('broken', 'plaintext', 'partly');
  const unknown = count('unknown');
  return `${open} of ${edges.length} are not encrypted${unknown > 0 ? `, ${unknown} cannot be told` : ''}. Configured beside observed, with what decides.`;
}

function filterText({ verdicts, text, pair }: EdgeFilter): string {
  const parts = [
    verdicts.length > 0 ? verdicts.join(' or ') : '',
    text.trim() === '' ? '' : `containing "${text.trim()}"`,
    pair === null ? '' : `from ${pair.source ?? 'outside'} to ${pair.target ?? 'outside'}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function VerdictFilter(props: {
  readonly edges: readonly MtlsEdge[];
  readonly chosen: readonly MtlsVerdict[];
  readonly onChoose: (verdicts: readonly MtlsVerdict[]) => void;
}): JSX.Element {
  const { edges, chosen, onChoose } = props;
  const toggle = (verdict: MtlsVerdict) =>
    onChoose(
      VERDICTS_WORST_FIRST.filter((known) => chosen.includes(known) !== (known === verdict)),
    );
  return (
    <div className={classes.verdicts} role="group" aria-label="Verdicts">
      {VERDICTS_WORST_FIRST.map((verdict) => (
        <button
          key={verdict}
          type="button"
          className={controls.toggle}
          aria-pressed={chosen.includes(verdict)}
          title={VERDICT[verdict].meaning}
          onClick={() => toggle(verdict)}
        >
          <VerdictGlyph verdict={verdict} size={13} />
          {VERDICT[verdict].word} {edges.filter(({ mtls }) => mtls.verdict === verdict).length}
        </button>
      ))}
    </div>
  );
}

function Exports(props: {
  readonly report: MtlsResponse;
  readonly listed: readonly MtlsEdge[];
  readonly filter: string;
}): JSX.Element {
  const { report, listed, filter } = props;
  const status = useQuery(statusQuery());
  const cluster = status.data?.cluster.name ?? null;
  const stamp = new Date(report.at).toISOString().slice(0, 19).replaceAll(/[:T]/g, '-');
  const edgesInScope = report.edges.length;
  const csv = () => edgesCsv(listed, { ...report, cluster, filter, edgesInScope });
  // What the filter leaves out is left out of the file too.
  const count = listed.length < edgesInScope ? ` (${listed.length} of ${edgesInScope})` : '';
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={() => downloadText(csv(), 'text/csv', `mtls-${stamp}.csv`)}
      >
        Download CSV{count}
      </Button>
      <Button
        size="xs"
        variant="default"
        onClick={() =>
          downloadText(
            evidenceJson({ cluster, report, filter }, listed),
            'application/json',
            `mtls-${stamp}.json`,
          )
        }
      >
        Download JSON{count}
      </Button>
    </>
  );
}

function NothingListed(props: {
  readonly report: MtlsResponse;
  readonly isNarrowed: boolean;
}): JSX.Element {
  const { report, isNarrowed } = props;
  if (report.edges.length === 0) {
    const isBlind = report.gaps.some(({ source }) => source === 'prometheus');
    return (
      <StateMessage
        title={isBlind ? 'Traffic cannot be seen' : 'No traffic was seen'}
        text={
          isBlind
            ? 'Without figures from Prometheus there are no edges to judge. The configured modes below still hold.'
            : 'Nothing in this scope called anything in this window. The configured modes below still hold.'
        }
      />
    );
  }
  return isNarrowed ? (
    <StateMessage title="Nothing matches" text="No edge has these verdicts and words." />
  ) : (
    <StateMessage
      title="No edge has these verdicts"
      text="By default everything that is not encrypted is listed; choose Encrypted to see the rest."
    />
  );
}

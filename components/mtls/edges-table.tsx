import Link from 'next/link';
import type { JSX } from 'react';
import type { EdgeColumn, EdgeSort } from '@/components/mtls/edge-list';
import { withCluster } from '@/components/ui/with-cluster';
import { DEFAULT_EDGE_LIST } from '@/components/mtls/edge-list-url';
import classes from '@/components/mtls/mtls-page.module.css';
import { ObjectLink } from '@/components/panels/object-link';
import panel from '@/components/panels/panel.module.css';
import { buildUrlQuery } from '@/components/shell/url-state';
import { useUrlState } from '@/components/shell/use-url-state';
import { formatRate } from '@/components/ui/format-rate';
import { formatRatio } from '@/components/ui/format-ratio';
import { VerdictBadge } from '@/components/ui/verdict-badge';
import { isEnforced } from '@/mesh/mtls/is-enforced';
import type { MtlsEdge } from '@/mesh/mtls/mtls';

interface Heading {
  readonly title: string;
  /** `null`: nothing to order by. */
  readonly column: EdgeColumn | null;
  readonly isNumber?: true;
}

const HEADINGS: readonly Heading[] = [
  { title: 'From', column: 'source' },
  { title: 'To', column: 'target' },
  { title: 'Verdict', column: 'verdict' },
  { title: 'Reason', column: null },
  { title: 'Server', column: null },
  { title: 'Client', column: null },
  { title: 'Observed', column: 'observed', isNumber: true },
  { title: 'Rate', column: 'rate', isNumber: true },
];

/** Some edges as a table, whose headings order the whole list. */
export function EdgesTable(props: {
  readonly edges: readonly MtlsEdge[];
  readonly sort: EdgeSort;
  readonly onSort: (sort: EdgeSort) => void;
}): JSX.Element {
  return (
    <table className={`${classes.table} ${classes.edges}`}>
      <thead>
        <tr>
          {HEADINGS.map((heading) => (
            <HeadCell key={heading.title} heading={heading} {...props} />
          ))}
        </tr>
      </thead>
      <tbody>
        {props.edges.map((edge) => (
          <EdgeRow key={edge.id} edge={edge} />
        ))}
      </tbody>
    </table>
  );
}

function HeadCell(props: {
  readonly heading: Heading;
  readonly sort: EdgeSort;
  readonly onSort: (sort: EdgeSort) => void;
}): JSX.Element {
  const { heading, sort, onSort } = props;
  const { title, column, isNumber = false } = heading;
  const className = isNumber ? classes.number : undefined;
  if (column === null) return <th scope="col">{title}</th>;
  const isSorted = sort.column === column;
  const direction = sort.isDescending ? 'descending' : 'ascending';
  return (
    <th scope="col" className={className} aria-sort={isSorted ? direction : 'none'}>
      <button
        type="button"
        onClick={() =>
          onSort({ column, isDescending: isSorted ? !sort.isDescending : column === 'rate' })
        }
      >
        {title}
        <span aria-hidden="true">{isSorted ? (sort.isDescending ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  );
}

function EdgeRow({ edge }: { readonly edge: MtlsEdge }): JSX.Element {
  const { state } = useUrlState();
  const query = buildUrlQuery({
    ...state,
    edgeList: DEFAULT_EDGE_LIST,
    selection: { kind: 'edge', id: edge.id },
    view: 'workload',
  });
  const { source, target, mtls } = edge;
  return (
    <tr>
      <th scope="row">
        <Link
          className={panel.link}
          href={`/?${query}`}
          title="Show this edge on the graph"
          aria-label={`${source.label} to ${target.label} on the graph`}
        >
          {source.label}
        </Link>
        <span className={classes.note}>
          {withCluster(source.namespace ?? 'outside', source.cluster)}
        </span>
      </th>
      <td>
        {target.label}
        <span className={classes.note}>
          {withCluster(target.namespace ?? 'outside', target.cluster)} ·{' '}
          {edge.protocol.toUpperCase()}
        </span>
      </td>
      <td>
        <VerdictBadge verdict={mtls.verdict} />
        {mtls.verdict === 'encrypted' && isEnforced(mtls) === false && (
          <span className={classes.note}>not enforced</span>
        )}
      </td>
      <td className={classes.reason}>{mtls.reason}</td>
      <td>
        <ModeCell mode={mtls.server} />
      </td>
      <td>
        <ModeCell mode={mtls.client} />
      </td>
      <td className={classes.number}>{formatRatio(mtls.observedRatio)}</td>
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

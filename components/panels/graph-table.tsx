'use client';

import { useMemo } from 'react';
import type { JSX } from 'react';
import type { Selection } from '@/components/graph/selection';
import { DataTable } from '@/components/panels/data-table';
import { errorsText } from '@/components/panels/health-figure';
import { nodeKindWord } from '@/components/panels/node-kind-word';
import {
  EDGE_COLUMNS,
  NODE_COLUMNS,
  NODE_COLUMNS_OF_CLUSTERS,
  type EdgeRow,
  type TableColumn,
} from '@/components/panels/table-rows';
import { DEFAULT_TABLE, TABLE_TEXT_MAX, type TableState } from '@/components/panels/table-state';
import classes from '@/components/panels/graph-table.module.css';
import controls from '@/components/shell/controls.module.css';
import { formatBytesPerSecond } from '@/components/ui/format-bytes-per-second';
import { formatMilliseconds } from '@/components/ui/format-milliseconds';
import { formatRate } from '@/components/ui/format-rate';
import { HealthBadge } from '@/components/ui/health-badge';
import { SearchField } from '@/components/ui/search-field';
import { withCluster } from '@/components/ui/with-cluster';
import { VerdictBadge } from '@/components/ui/verdict-badge';
import type { Graph, GraphNode } from '@/mesh/graph/graph';

/** What both tables need. */
interface GraphTableProps {
  readonly graph: Graph;
  readonly selection: Selection | null;
  readonly onSelect: (selection: Selection) => void;
  readonly table: TableState;
  /** `record`: Back undoes the change. */
  readonly onTable: (table: TableState, record: boolean) => void;
}

/** The graph as two tables, nodes and edges, with everything that the drawing shows. */
export function GraphTable(props: GraphTableProps): JSX.Element {
  const { table, onTable, selection } = props;
  const { nodes, edges } = props.graph;
  const isEdges = (table.rows ?? (selection?.kind === 'edge' ? 'edges' : 'nodes')) === 'edges';
  const showRows = (rows: 'nodes' | 'edges') => onTable({ ...table, rows }, true);
  return (
    <div className={classes.area}>
      <div className={classes.bar}>
        <fieldset className={controls.segments} aria-label="Rows">
          <button type="button" aria-pressed={!isEdges} onClick={() => showRows('nodes')}>
            Nodes {nodes.length}
          </button>
          <button type="button" aria-pressed={isEdges} onClick={() => showRows('edges')}>
            Edges {edges.length}
          </button>
        </fieldset>
        <SearchField
          className={controls.text}
          placeholder="Filter rows"
          label="Filter rows"
          maxLength={TABLE_TEXT_MAX}
          value={table.text}
          onChange={(text) => onTable({ ...table, text }, false)}
        />
      </div>
      {isEdges ? <EdgeTable {...props} /> : <NodeTable {...props} />}
    </div>
  );
}

function NodeTable({ graph, selection, onSelect, table, onTable }: GraphTableProps): JSX.Element {
  const isSeveral = graph.nodes.some(({ cluster }) => cluster !== undefined);
  const columns = isSeveral ? NODE_COLUMNS_OF_CLUSTERS : NODE_COLUMNS;
  return (
    <DataTable
      caption="Nodes"
      rows={graph.nodes}
      columns={columns}
      filter={table.text}
      sort={sortFor(table, columns)}
      onSort={(sort) => onTable({ ...table, sort }, true)}
      keyOf={nodeKey}
      textOf={nodeText}
      nameColumn="name"
      isSelected={({ id }) => selection?.kind === 'node' && selection.id === id}
      onOpen={({ id }) => onSelect({ kind: 'node', id })}
      renderCell={nodeCell}
    />
  );
}

function EdgeTable({ graph, selection, onSelect, table, onTable }: GraphTableProps): JSX.Element {
  const rows = useMemo(() => {
    const labels = new Map(
      graph.nodes.map(({ id, label, cluster }) => [id, withCluster(label, cluster)]),
    );
    return graph.edges.map((edge) => ({
      edge,
      source: labels.get(edge.source) ?? edge.source,
      target: labels.get(edge.target) ?? edge.target,
    }));
  }, [graph]);
  return (
    <DataTable
      caption="Edges"
      rows={rows}
      columns={EDGE_COLUMNS}
      filter={table.text}
      sort={sortFor(table, EDGE_COLUMNS)}
      onSort={(sort) => onTable({ ...table, sort }, true)}
      keyOf={edgeKey}
      textOf={edgeText}
      nameColumn="from"
      isSelected={({ edge }) => selection?.kind === 'edge' && selection.id === edge.id}
      onOpen={({ edge }) => onSelect({ kind: 'edge', id: edge.id })}
      renderCell={edgeCell}
    />
  );
}

function sortFor<Row>({ sort }: TableState, columns: readonly TableColumn<Row>[]) {
  return columns.some(({ id }) => id === sort.column) ? sort : DEFAULT_TABLE.sort;
}

const nodeKey = ({ id }: GraphNode) => id;
const nodeText = (node: GraphNode) =>
  `${node.label} ${node.namespace ?? ''} ${node.cluster ?? ''} ${nodeKindWord(node)} ${node.health.status} ${node.app ?? ''}`;
const edgeKey = ({ edge }: EdgeRow) => edge.id;
const edgeText = ({ edge, source, target }: EdgeRow) =>
  `${source} ${target} ${edge.protocol} ${edge.health.status} ${edge.mtls.verdict}`;

const NODE_CELL: Readonly<Record<string, (node: GraphNode) => JSX.Element | string>> = {
  health: ({ health }) => <HealthBadge status={health.status} />,
  name: ({ label }) => label,
  namespace: ({ namespace }) => namespace ?? 'outside',
  cluster: ({ cluster }) => cluster ?? '—',
  kind: nodeKindWord,
  rps: ({ inbound }) => formatRate(inbound.rps),
  errors: ({ health, inbound }) => errorsText(health, inbound),
  p95: ({ inbound }) => formatMilliseconds(inbound.latencyMsP95),
  out: ({ outbound }) => formatRate(outbound.rps),
  pods: ({ readyPods, desiredPods }) =>
    readyPods === null ? '—' : `${readyPods}/${desiredPods ?? '—'}`,
};

const EDGE_CELL: Readonly<Record<string, (row: EdgeRow) => JSX.Element | string>> = {
  health: ({ edge }) => <HealthBadge status={edge.health.status} />,
  from: ({ source }) => source,
  to: ({ target }) => target,
  protocol: ({ edge }) => edge.protocol.toUpperCase(),
  rps: ({ edge }) => formatRate(edge.rps),
  errors: ({ edge }) => errorsText(edge.health, edge),
  p95: ({ edge }) => formatMilliseconds(edge.latencyMsP95),
  tcp: ({ edge }) => formatBytesPerSecond(edge.tcpRequestBytesPerSecond),
  mtls: ({ edge }) => <VerdictBadge verdict={edge.mtls.verdict} />,
};

const nodeCell = (node: GraphNode, column: string) => NODE_CELL[column]?.(node);
const edgeCell = (row: EdgeRow, column: string) => EDGE_CELL[column]?.(row);

'use client';

import { useComputedColorScheme } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useMemo, type JSX } from 'react';
import { GraphCanvas } from '@/components/graph/graph-canvas';
import chips from '@/components/panels/applied-changes.module.css';
import { FirstAnswers, type FirstAnswerTexts } from '@/components/panels/first-answers';
import { GraphControls } from '@/components/panels/graph-controls';
import { GraphLoading } from '@/components/panels/graph-loading';
import classes from '@/components/panels/graph-page.module.css';
import { ObjectDrawer } from '@/components/panels/object-drawer';
import { PanelContextProvider, type PanelContext } from '@/components/panels/panel-context';
import { ofCluster } from '@/components/panels/of-cluster';
import { readOnlyReason } from '@/components/panels/read-only-reason';
import { SelectionPanel } from '@/components/panels/selection-panel';
import { SidePanel } from '@/components/panels/side-panel';
import { TroubleStrip } from '@/components/panels/trouble-strip';
import { useCanaryStarts, type CanaryStarts } from '@/components/panels/use-canary-starts';
import { useWeightChanges, type WeightChanges } from '@/components/panels/use-weight-changes';
import { splitOfChange } from '@/components/panels/weight-change';
import { withWrite } from '@/components/panels/with-write';
import { splitsQuery } from '@/components/queries/splits-query';
import { statusQuery } from '@/components/queries/status-query';
import { useGraphStream } from '@/components/queries/use-graph-stream';
import { GapsBanner } from '@/components/shell/gaps-banner';
import { StaleBanner } from '@/components/shell/stale-banner';
import { useHydrated } from '@/components/shell/use-hydrated';
import { useUrlState } from '@/components/shell/use-url-state';
import { StateMessage } from '@/components/ui/state-message';
import type { GraphEdge } from '@/mesh/graph/graph';
import type { WeightChange } from '@/mesh/splits/split';

const GraphTable = dynamic(
  () => import('@/components/panels/graph-table').then((module) => module.GraphTable),
  {
    loading: GraphLoading,
  },
);
const GraphEmpty = dynamic(
  () => import('@/components/panels/graph-empty').then((module) => module.GraphEmpty),
  { ssr: false },
);
const NoTrafficNotice = dynamic(
  () => import('@/components/panels/no-traffic-notice').then((module) => module.NoTrafficNotice),
  { ssr: false },
);
const AllHidden = dynamic(
  () => import('@/components/panels/all-hidden').then((module) => module.AllHidden),
  { ssr: false },
);
const AppliedChanges = dynamic(
  () => import('@/components/panels/applied-changes').then((module) => module.AppliedChanges),
  { ssr: false },
);
const StartedCanaries = dynamic(
  () => import('@/components/panels/started-canaries').then((module) => module.StartedCanaries),
  { ssr: false },
);
const CanarySheet = dynamic(
  () => import('@/components/panels/canary-sheet').then((module) => module.CanarySheet),
  { ssr: false },
);
const WeightSheet = dynamic(
  () => import('@/components/panels/weight-sheet').then((module) => module.WeightSheet),
  { ssr: false },
);

/**
 * The page of the service graph: controls, what is broken, the graph or its table, and the panel beside it. `first` is
 * what the server already knew when it sent the page.
 */
export function GraphPage({ first }: { readonly first: FirstAnswerTexts }): JSX.Element {
  const isHydrated = useHydrated();
  return (
    <>
      <h1 className="fanari-visually-hidden">Service graph</h1>
      {isHydrated ? (
        <FirstAnswers texts={first}>
          <LiveGraphPage />
        </FirstAnswers>
      ) : (
        <GraphLoading />
      )}
    </>
  );
}

function LiveGraphPage(): JSX.Element {
  const { state, update } = useUrlState();
  const live = useGraphStream(state, state.paused);
  const {
    data: splitsAnswer,
    isPending: areSplitsPending,
    dataUpdatedAt: splitsReadAtMs,
  } = useQuery(splitsQuery(state, state.paused));
  const { data: status } = useQuery(statusQuery());
  const changes = useWeightChanges();
  const canaries = useCanaryStarts(changes);
  useHotkeys([['Escape', (event) => isOverDetails(event) || update({ selection: null })]]);
  const graph = useMemo(
    () => (live.graph === null ? null : ofCluster(live.graph, state.cluster)),
    [live.graph, state.cluster],
  );
  const readSplits = splitsAnswer?.splits ?? NO_SPLITS;
  const splits = useMemo(
    () => withWrite(readSplits, changes.latest, splitsReadAtMs),
    [readSplits, changes.latest, splitsReadAtMs],
  );
  // Without its splits the graph would be drawn once with services and again with cards.
  if (graph === null || areSplitsPending) {
    return (
      <div className={classes.page} data-page="graph">
        <GraphControls onRefresh={live.refresh} />
        {live.problem === null ? (
          <GraphLoading />
        ) : (
          <StateMessage
            tone="failing"
            title={live.problem.title}
            text={<p>{live.problem.detail} Fanari keeps trying.</p>}
          >
            <Link href="/doctor">Ask the doctor</Link>
          </StateMessage>
        )}
      </div>
    );
  }
  const context: PanelContext = {
    graph,
    splits,
    window: state.window,
    isPaused: state.paused,
    select: (selection) => update({ selection }),
    onWeightsChosen: changes.startReview,
    onCanaryStart: canaries.startReview,
    readOnlyReason: (object) => readOnlyReason(status, object),
  };
  return (
    <PanelContextProvider value={context}>
      <ObjectDrawer>
        <div className={classes.page} data-page="graph">
          <GraphControls onRefresh={live.refresh} />
          <TroubleStrip graph={graph} onSelect={context.select} />
          <StaleBanner mode={live.mode} receivedAtMs={live.receivedAtMs} problem={live.problem} />
          <GapsBanner gaps={graph.gaps} />
          {graph.nodes.length > 0 && !graph.edges.some(isMeasured) && <NoTrafficNotice />}
          <div className={classes.body} data-outdated={live.isOutdated || undefined}>
            <GraphArea
              context={context}
              changes={changes}
              canaries={canaries}
              readSplits={readSplits}
              splitsReadAtMs={splitsReadAtMs}
              splitsWindowSeconds={splitsAnswer?.windowSeconds ?? null}
              memoryKey={status?.cluster.name}
            />
            <SidePanel
              isOpen={state.selection !== null}
              onClose={() => update({ selection: null })}
            >
              <SelectionPanel selection={state.selection} />
            </SidePanel>
          </div>
          {canaries.review !== null && (
            <CanarySheet candidate={canaries.review} canaries={canaries} />
          )}
          {changes.review !== null && (
            <WeightSheet
              review={changes.review}
              split={splitOfChange(splits, changes.review.change)}
              changes={changes}
            />
          )}
        </div>
      </ObjectDrawer>
    </PanelContextProvider>
  );
}

function GraphArea(props: {
  readonly context: PanelContext;
  readonly changes: WeightChanges;
  readonly canaries: CanaryStarts;
  /** As the server gave them, without what was written since. */
  readonly readSplits: PanelContext['splits'];
  readonly splitsReadAtMs: number;
  readonly splitsWindowSeconds: number | null;
  readonly memoryKey: string | undefined;
}): JSX.Element {
  const { graph, splits, select } = props.context;
  const { review } = props.changes;
  const { state, update } = useUrlState();
  const colorScheme = useComputedColorScheme('light');
  const preview = shownWeights(review?.change ?? null, splits);
  return (
    <div className={classes.canvas}>
      {graph.nodes.length === 0 && <GraphEmpty />}
      {graph.nodes.length > 0 && state.shape === 'table' && (
        <GraphTable
          graph={graph}
          selection={state.selection}
          onSelect={select}
          table={state.table}
          onTable={(table, record) => update({ table }, record)}
        />
      )}
      {graph.nodes.length > 0 && state.shape === 'graph' && (
        <GraphCanvas
          graph={graph}
          splits={splits}
          edgeLabel={state.label}
          selection={state.selection}
          onSelect={select}
          find={state.find}
          hide={state.hide}
          animate={state.animate && !state.paused}
          collapsed={state.collapsed}
          onCollapsedChange={(boxIds) => update({ collapsed: [...boxIds].sort() }, false)}
          onWeightsChosen={props.context.onWeightsChosen}
          preview={preview}
          nothingLeft={<AllHidden nodes={graph.nodes.length} />}
          colorScheme={colorScheme}
          {...(props.memoryKey === undefined ? {} : { memoryKey: props.memoryKey })}
        />
      )}
      {props.changes.applied.length + props.canaries.started.length > 0 && (
        <div className={chips.chips}>
          {props.changes.applied.length > 0 && (
            <AppliedChanges
              changes={props.changes}
              splits={props.readSplits}
              readAtMs={props.splitsReadAtMs}
              windowSeconds={props.splitsWindowSeconds}
            />
          )}
          {props.canaries.started.length > 0 && <StartedCanaries canaries={props.canaries} />}
        </div>
      )}
    </div>
  );
}

/** Weights to show in place of those that the split has; `null` shows these. */
function shownWeights(change: WeightChange | null, splits: PanelContext['splits']) {
  const split = change === null ? null : splitOfChange(splits, change);
  if (change === null || split === null) return null;
  return { splitId: split.id, wanted: change.wanted.map((weight) => weight ?? 0) };
}

function isMeasured({ origin }: GraphEdge): boolean {
  return origin === 'telemetry';
}

const NO_SPLITS: PanelContext['splits'] = [];

/** Whether a key was pressed in a dialog that stands over the details: it closes that one alone. */
function isOverDetails({ target }: KeyboardEvent): boolean {
  const dialog = target instanceof Element ? target.closest('[role="dialog"]') : null;
  return dialog !== null && !dialog.hasAttribute('data-details');
}

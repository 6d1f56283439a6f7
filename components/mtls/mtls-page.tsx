'use client';

import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import type { EdgeFilter } from '@/components/mtls/edge-list';
import { EdgesSection } from '@/components/mtls/edges-section';
import { FindingsSection } from '@/components/mtls/findings-section';
import { MatrixSection } from '@/components/mtls/matrix-section';
import { MeshSection } from '@/components/mtls/mesh-section';
import classes from '@/components/mtls/mtls-page.module.css';
import { NamespacesSection } from '@/components/mtls/namespaces-section';
import { ObjectDrawer } from '@/components/panels/object-drawer';
import { toApiProblem } from '@/components/queries/api-problem';
import { mtlsQuery } from '@/components/queries/mtls-query';
import controls from '@/components/shell/controls.module.css';
import { GapsBanner } from '@/components/shell/gaps-banner';
import { LiveControl } from '@/components/shell/live-control';
import { NamespaceSelect } from '@/components/shell/namespace-select';
import { StaleBanner } from '@/components/shell/stale-banner';
import { useHydrated } from '@/components/shell/use-hydrated';
import { useUrlState } from '@/components/shell/use-url-state';
import { WindowSelect } from '@/components/shell/window-select';
import { StateMessage } from '@/components/ui/state-message';
import type { MtlsResponse } from '@/contract/mtls';

/** The mTLS page: what the mesh is set to, what is really encrypted, and what is not and why. */
export function MtlsPage(): JSX.Element {
  const isHydrated = useHydrated();
  return (
    <>
      <h1 className="fanari-visually-hidden">mTLS</h1>
      {isHydrated ? <LiveMtlsPage /> : <Loading />}
    </>
  );
}

function LiveMtlsPage(): JSX.Element {
  const { state } = useUrlState();
  const query = useQuery(mtlsQuery(state, state.paused));
  const problem = query.error === null ? null : toApiProblem(query.error);
  const mode = state.paused ? 'paused' : problem === null ? 'live' : 'lost';
  return (
    <div className={classes.page}>
      <div className={controls.bar} role="toolbar" aria-label="mTLS settings">
        <NamespaceSelect />
        <WindowSelect />
        <span className={controls.grow} />
        <LiveControl onRefresh={() => void query.refetch()} />
      </div>
      {query.data !== undefined && (
        <>
          <StaleBanner mode={mode} receivedAtMs={query.dataUpdatedAt} problem={problem} />
          <GapsBanner gaps={query.data.gaps} />
        </>
      )}
      <ObjectDrawer>
        {query.data !== undefined ? (
          <Report report={query.data} isOutdated={query.isPlaceholderData} />
        ) : problem !== null ? (
          <StateMessage
            tone="failing"
            title={problem.title}
            text={<p>{problem.detail} Fanari keeps trying.</p>}
          />
        ) : (
          <Loading />
        )}
      </ObjectDrawer>
    </div>
  );
}

function Report({
  report,
  isOutdated,
}: {
  readonly report: MtlsResponse;
  readonly isOutdated: boolean;
}): JSX.Element {
  const { state, update } = useUrlState();
  const choose = (pair: EdgeFilter['pair']) => {
    update({ edgeList: { ...state.edgeList, pair, page: 0 } });
    document.getElementById('edges')?.scrollIntoView({ block: 'start' });
  };
  if (report.namespaces.length === 0 && report.edges.length === 0) {
    return report.gaps.length > 0 ? (
      <StateMessage
        title="Nothing could be read yet"
        text="What is missing stands above. Fanari keeps asking, and shows modes and edges as soon as they are there."
      />
    ) : (
      <StateMessage
        title="Nothing to judge"
        text="No namespace in this scope has workloads, and nothing calls anything. Choose other namespaces, or a longer window."
      />
    );
  }
  return (
    <div className={classes.report} data-outdated={isOutdated || undefined}>
      <MeshSection report={report} />
      <FindingsSection findings={report.findings} />
      <EdgesSection report={report} />
      <MatrixSection cells={report.cells} chosen={state.edgeList.pair} onChoose={choose} />
      <NamespacesSection namespaces={report.namespaces} />
    </div>
  );
}

function Loading(): JSX.Element {
  return (
    <div className={classes.report} role="status" aria-label="Loading">
      <Skeleton height={112} />
      <Skeleton height={280} />
      <Skeleton height={200} />
    </div>
  );
}

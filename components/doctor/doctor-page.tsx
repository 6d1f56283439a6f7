'use client';

import { Skeleton } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import type { JSX } from 'react';
import classes from '@/components/doctor/doctor.module.css';
import { FindingCard } from '@/components/doctor/finding-card';
import { GROUP_TITLE, SEVERITY_LOOK, type ShownFinding } from '@/components/doctor/severity-look';
import { parseSeverities, withSeverities } from '@/components/doctor/severity-parameter';
import { ObjectDrawer } from '@/components/panels/object-drawer';
import { toApiProblem } from '@/components/queries/api-problem';
import { doctorQuery } from '@/components/queries/doctor-query';
import controls from '@/components/shell/controls.module.css';
import { StaleBanner } from '@/components/shell/stale-banner';
import { useHydrated } from '@/components/shell/use-hydrated';
import { useUrlState } from '@/components/shell/use-url-state';
import { StateMessage } from '@/components/ui/state-message';
import { StatusGlyph } from '@/components/ui/status-glyph';

type Severity = ShownFinding['severity'];
const ALL = Object.keys(SEVERITY_LOOK) as Severity[];

/** The page of the doctor: what is wrong between the mesh and its picture, worst first, with fixes to copy. */
export function DoctorPage(): JSX.Element {
  const isHydrated = useHydrated();
  return (
    <>
      <h1 className="fanari-visually-hidden">Doctor</h1>
      {isHydrated ? <LiveDoctorPage /> : <Loading />}
    </>
  );
}

function LiveDoctorPage(): JSX.Element {
  const { state } = useUrlState();
  const query = useQuery(doctorQuery([], state.paused));
  const problem = query.error === null ? null : toApiProblem(query.error);
  const mode = state.paused ? 'paused' : problem === null ? 'live' : 'lost';
  return (
    <div className={classes.page}>
      <div className={controls.bar} role="toolbar" aria-label="Doctor settings">
        <Filter findings={query.data?.findings ?? []} />
        <span className={controls.grow} />
        <button
          type="button"
          className={controls.live}
          disabled={query.isFetching}
          onClick={() => void query.refetch()}
        >
          <IconRefresh size={14} stroke={1.8} aria-hidden />
          Look again
        </button>
      </div>
      {query.data !== undefined && (
        <StaleBanner mode={mode} receivedAtMs={query.dataUpdatedAt} problem={problem} />
      )}
      <ObjectDrawer>
        {query.data !== undefined ? (
          <Report findings={query.data.findings} />
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

/** One button for each severity that there is, with its number; none pressed shows all. */
function Filter({ findings }: { readonly findings: readonly ShownFinding[] }): JSX.Element {
  const parameters = useSearchParams();
  const chosen = parseSeverities(new URLSearchParams(parameters.toString()));
  const toggle = (severity: Severity): void => {
    const present = new URLSearchParams(window.location.search);
    const next = chosen.includes(severity)
      ? chosen.filter((entry) => entry !== severity)
      : [...chosen, severity];
    const query = withSeverities(present, next);
    window.history.replaceState(null, '', query === '' ? window.location.pathname : query);
  };
  return (
    <fieldset className={classes.filter} aria-label="Severity">
      {ALL.map((severity) => {
        const amount = findings.filter((finding) => finding.severity === severity).length;
        const { status, one, many } = SEVERITY_LOOK[severity];
        if (amount === 0 && !chosen.includes(severity)) return null;
        return (
          <button
            key={severity}
            type="button"
            className={controls.toggle}
            aria-pressed={chosen.includes(severity)}
            onClick={() => toggle(severity)}
          >
            <StatusGlyph status={status} size={12} />
            {amount} {amount === 1 ? one : many}
          </button>
        );
      })}
    </fieldset>
  );
}

function Report({ findings }: { readonly findings: readonly ShownFinding[] }): JSX.Element {
  const parameters = useSearchParams();
  const chosen = parseSeverities(new URLSearchParams(parameters.toString()));
  const shown =
    chosen.length === 0 ? findings : findings.filter(({ severity }) => chosen.includes(severity));
  // Findings come worst first, so that groups stand in the order of their worst.
  const groups = [...new Set(shown.map(({ group }) => group))];
  if (groups.length === 0) {
    return <StateMessage title="Nothing of that kind" text="No finding has this severity now." />;
  }
  return (
    <div className={classes.report}>
      {groups.map((group) => (
        <section key={group} id={group} aria-labelledby={`title-${group}`}>
          <h2 id={`title-${group}`} className={classes.group}>
            {GROUP_TITLE[group]}
          </h2>
          <ul className={classes.findings}>
            {shown
              .filter((finding) => finding.group === group)
              .map((finding) => (
                <FindingCard key={`${finding.rule} ${finding.title}`} finding={finding} />
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Loading(): JSX.Element {
  return (
    <div className={classes.report} role="status" aria-label="Looking">
      <Skeleton height={112} />
      <Skeleton height={200} />
      <Skeleton height={200} />
    </div>
  );
}

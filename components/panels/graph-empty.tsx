'use client';

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { JSX } from 'react';
import classes from '@/components/doctor/doctor.module.css';
import { FindingFix } from '@/components/doctor/finding-fix';
import { usePanelContext } from '@/components/panels/panel-context';
import { doctorQuery } from '@/components/queries/doctor-query';
import { scopeQuery } from '@/components/shell/scope-query';
import { useUrlState } from '@/components/shell/use-url-state';
import { StateMessage } from '@/components/ui/state-message';

/** Why there is nothing to draw, and what can be done about it, as the doctor says. */
export function GraphEmpty(): JSX.Element {
  const { graph } = usePanelContext();
  const { state, update } = useUrlState();
  const { data, error } = useQuery(doctorQuery(graph.namespaces, state.paused));
  const [reason, ...next] = data?.emptyGraph ?? [];
  const ways = (
    <>
      {graph.namespaces.length > 0 && (
        <Button onClick={() => update({ namespaces: [] })}>Show all namespaces</Button>
      )}
      <Button component={Link} href={`/doctor${scopeQuery(state)}`} variant="default">
        Ask the doctor
      </Button>
    </>
  );
  if (reason === undefined) {
    const isLooking = data === undefined && error === null;
    return (
      <StateMessage
        title={isLooking ? 'There is nothing to draw' : 'Nothing to draw, and no reason found'}
        text={isLooking ? 'Looking for the reason…' : 'The doctor has looked at more than this.'}
      >
        {ways}
      </StateMessage>
    );
  }
  return (
    <StateMessage
      tone={reason.severity === 'error' ? 'failing' : 'quiet'}
      title={reason.title}
      text={
        <>
          <p>{reason.seen}</p>
          <FindingFix finding={reason} />
          {next.length > 0 && (
            <ul className={classes.next} aria-label="Beside that">
              {next.map(({ rule, title }) => (
                <li key={rule + title}>{title}</li>
              ))}
            </ul>
          )}
        </>
      }
    >
      {ways}
    </StateMessage>
  );
}

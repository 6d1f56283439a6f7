'use client';

import { CopyButton, Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { toApiProblem } from '@/components/queries/api-problem';
import { configQuery } from '@/components/queries/config-query';
import classes from '@/components/panels/object-yaml.module.css';
import panel from '@/components/panels/panel.module.css';
import { useNow } from '@/components/shell/use-now';
import { formatAge } from '@/components/ui/format-age';
import { StateMessage } from '@/components/ui/state-message';
import type { ConfigResponse } from '@/contract/config';
import type { ObjectRef } from '@/mesh/topology/object';

/** One object's YAML with who wrote and owns it, and a copy button. */
export function ObjectYaml({ object }: { readonly object: ObjectRef }): JSX.Element {
  const { data, error } = useQuery(configQuery(object));
  if (error !== null) {
    const problem = toApiProblem(error);
    return <StateMessage tone="failing" title={problem.title} text={problem.detail} />;
  }
  if (data === undefined) return <Skeleton height={320} role="status" aria-label="Loading" />;
  return (
    <>
      <dl className={panel.pair} style={{ marginTop: 0 }}>
        <dt>API version</dt>
        <dd className={panel.mono}>{data.apiVersion}</dd>
        <dt>Namespace</dt>
        <dd>{data.object.namespace === '' ? 'none (cluster)' : data.object.namespace}</dd>
        {object.cluster !== undefined && (
          <>
            <dt>Cluster</dt>
            <dd>{object.cluster}</dd>
          </>
        )}
        <dt>Version</dt>
        <dd className={panel.mono}>{data.resourceVersion}</dd>
        {data.owners.length > 0 && (
          <>
            <dt>Owned by</dt>
            <dd>{data.owners.map(({ kind, name }) => `${kind} ${name}`).join(', ')}</dd>
          </>
        )}
        <dt>Written by</dt>
        <dd>
          <Managers managers={data.managers} />
        </dd>
      </dl>
      <div className={classes.bar}>
        <CopyButton value={data.yaml}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy YAML'}
            </Button>
          )}
        </CopyButton>
      </div>
      <pre className={classes.yaml} tabIndex={0} aria-label="YAML">
        {data.yaml}
      </pre>
    </>
  );
}

function Managers({ managers }: { readonly managers: ConfigResponse['managers'] }): JSX.Element {
  const nowMs = useNow(10_000);
  if (managers.length === 0) return <>the API server does not say</>;
  return (
    <ul className={panel.list}>
      {managers.map(({ manager, operation, subresource, timeMs }) => (
        <li key={`${manager} ${operation} ${subresource}`}>
          {manager}
          {subresource === '' ? '' : ` (${subresource})`}
          {timeMs !== null && nowMs !== null && `, ${formatAge(nowMs - timeMs)} ago`}
        </li>
      ))}
    </ul>
  );
}

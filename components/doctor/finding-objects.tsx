'use client';

import Link from 'next/link';
import { useState } from 'react';
import type { JSX } from 'react';
import classes from '@/components/doctor/doctor.module.css';
import type { ShownFinding } from '@/components/doctor/severity-look';
import { ObjectLink } from '@/components/panels/object-link';
import { buildUrlQuery, DEFAULT_URL_STATE } from '@/components/shell/url-state';
import { formatNodeId } from '@/mesh/graph/node-id';
import { refKey } from '@/mesh/topology/object';

type Shown = ShownFinding['objects'][number];

/** So many are shown before all are asked for. */
const SHOWN_FIRST = 4;
const WORKLOADS: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Rollout',
  'Job',
  'CronJob',
  'Pod',
]);

/** The objects that a finding is about: workloads and namespaces lead to the graph, the others open as YAML. */
export function FindingObjects({
  finding: { objects, objectCount },
}: {
  readonly finding: ShownFinding;
}): JSX.Element | null {
  const [isAll, setAll] = useState(false);
  if (objects.length === 0) return null;
  const shown = isAll ? objects : objects.slice(0, SHOWN_FIRST);
  const beyond = objectCount - objects.length;
  return (
    <div className={classes.objects}>
      <ul>
        {shown.map((object) => (
          <li key={`${refKey(object.ref)} ${object.detail ?? ''}`}>
            <ObjectName object={object} />
            {object.detail !== null && <span className={classes.detail}> {object.detail}</span>}
          </li>
        ))}
        {isAll && beyond > 0 && <li className={classes.detail}>and {beyond} more</li>}
      </ul>
      {objects.length > SHOWN_FIRST && (
        <button
          type="button"
          className={classes.more}
          aria-expanded={isAll}
          onClick={() => setAll(!isAll)}
        >
          {isAll ? 'Show less' : `All ${objectCount}`}
        </button>
      )}
    </div>
  );
}

function ObjectName({ object: { ref } }: { readonly object: Shown }): JSX.Element {
  const { kind, namespace, name } = ref;
  if (kind === 'Namespace' && ref.group === '') {
    const query = buildUrlQuery({ ...DEFAULT_URL_STATE, namespaces: [name] });
    return (
      <Link href={`/?${query}`} className={classes.link}>
        Namespace {name}
      </Link>
    );
  }
  if (!WORKLOADS.has(kind)) return <ObjectLink object={ref} />;
  const query = buildUrlQuery({
    ...DEFAULT_URL_STATE,
    namespaces: [namespace],
    selection: { kind: 'node', id: formatNodeId({ ...ref, kind: 'workload' }) },
  });
  return (
    <Link href={`/?${query}`} className={classes.link}>
      {kind} {namespace}/{name}
    </Link>
  );
}

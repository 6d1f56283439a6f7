'use client';

import type { JSX } from 'react';
import { useOpenObject } from '@/components/panels/object-drawer';
import classes from '@/components/panels/panel.module.css';
import type { ObjectRef } from '@/mesh/topology/object';

/** Names a Kubernetes object and opens its YAML. */
export function ObjectLink({ object }: { readonly object: ObjectRef }): JSX.Element {
  const open = useOpenObject();
  const place = object.namespace === '' ? '' : `${object.namespace}/`;
  return (
    <button type="button" className={classes.link} onClick={() => open(object)}>
      {object.kind} {place}
      {object.name}
    </button>
  );
}

'use client';

import type { JSX } from 'react';
import { useOpenObject } from '@/components/panels/object-drawer';
import classes from '@/components/panels/panel.module.css';
import { withCluster } from '@/components/ui/with-cluster';
import type { ObjectRef } from '@/mesh/topology/object';
import { isOutside } from '@/mesh/visibility/outside';

/** Names a Kubernetes object and opens its YAML; of one out of the viewer's sight it names the kind only. */
export function ObjectLink({ object }: { readonly object: ObjectRef }): JSX.Element {
  const open = useOpenObject();
  if (isOutside(object.name)) return <span>a {object.kind} that you may not see</span>;
  const place = object.namespace === '' ? '' : `${object.namespace}/`;
  return (
    <button type="button" className={classes.link} onClick={() => open(object)}>
      {object.kind} {place}
      {withCluster(object.name, object.cluster)}
    </button>
  );
}

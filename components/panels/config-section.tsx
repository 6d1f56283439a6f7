import type { JSX } from 'react';
import { ObjectLink } from '@/components/panels/object-link';
import { PanelSection } from '@/components/panels/panel-section';
import classes from '@/components/panels/panel.module.css';
import { refKey, type ObjectRef } from '@/mesh/topology/object';

/** The mesh objects that act on something; each opens its YAML. */
export function ConfigSection({
  objects,
}: {
  readonly objects: readonly ObjectRef[];
}): JSX.Element {
  return (
    <PanelSection title="Configuration">
      {objects.length === 0 ? (
        <p className={classes.quiet}>No mesh object acts on it.</p>
      ) : (
        <ul className={classes.list}>
          {objects.map((object) => (
            <li key={refKey(object)}>
              <ObjectLink object={object} />
            </li>
          ))}
        </ul>
      )}
    </PanelSection>
  );
}

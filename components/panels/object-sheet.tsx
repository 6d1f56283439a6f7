'use client';

import { Drawer } from '@mantine/core';
import type { JSX } from 'react';
import { ObjectYaml } from '@/components/panels/object-yaml';
import type { ObjectRef } from '@/mesh/topology/object';

/** The drawer with one object's YAML. */
export function ObjectSheet(props: {
  readonly object: ObjectRef;
  readonly onClose: () => void;
}): JSX.Element {
  const { object, onClose } = props;
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={720}
      zIndex={320}
      title={`${object.kind} ${object.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <ObjectYaml object={object} />
    </Drawer>
  );
}

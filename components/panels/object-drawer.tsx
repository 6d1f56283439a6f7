'use client';

import { Drawer } from '@mantine/core';
import dynamic from 'next/dynamic';
import { createContext, useContext, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import type { ObjectRef } from '@/mesh/topology/object';

const OpenObject = createContext<(object: ObjectRef) => void>(() => undefined);

const ObjectYaml = dynamic(
  () => import('@/components/panels/object-yaml').then((module) => module.ObjectYaml),
  { ssr: false },
);

/** Opens the drawer with an object's YAML; does nothing outside an {@link ObjectDrawer}. */
export function useOpenObject(): (object: ObjectRef) => void {
  return useContext(OpenObject);
}

/** Holds the drawer that shows the YAML of any object named below. */
export function ObjectDrawer({ children }: { readonly children: ReactNode }): JSX.Element {
  const [object, setObject] = useState<ObjectRef | null>(null);
  return (
    <OpenObject value={setObject}>
      {children}
      <Drawer
        opened={object !== null}
        onClose={() => setObject(null)}
        position="right"
        size={720}
        zIndex={320}
        title={object === null ? '' : `${object.kind} ${object.name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {object !== null && <ObjectYaml object={object} />}
      </Drawer>
    </OpenObject>
  );
}

'use client';

import dynamic from 'next/dynamic';
import { createContext, useContext, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import type { ObjectRef } from '@/mesh/topology/object';

const OpenObject = createContext<(object: ObjectRef) => void>(() => undefined);

const ObjectSheet = dynamic(
  () => import('@/components/panels/object-sheet').then((module) => module.ObjectSheet),
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
      {object !== null && <ObjectSheet object={object} onClose={() => setObject(null)} />}
    </OpenObject>
  );
}

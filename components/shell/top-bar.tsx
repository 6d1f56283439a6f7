'use client';

import { useQuery } from '@tanstack/react-query';
import { IconSearch } from '@tabler/icons-react';
import type { JSX } from 'react';
import { statusQuery } from '@/components/queries/status-query';
import classes from '@/components/shell/app-shell.module.css';
import { MeshLock } from '@/components/shell/mesh-lock';
import { openPalette } from '@/components/shell/palette-request';
import { SourceChips } from '@/components/shell/source-chips';
import { UserMenuHost } from '@/components/shell/user-menu-host';

/**
 * The bar on top: which cluster this is, whether the mesh encrypts, whether the sources answer, the palette, and who
 * is logged in.
 */
export function TopBar(): JSX.Element {
  const { data: status } = useQuery(statusQuery());
  const versions = [
    status?.cluster.kubernetesVersion ? `Kubernetes ${status.cluster.kubernetesVersion}` : null,
    status?.cluster.istioVersion ? `Istio ${status.cluster.istioVersion}` : null,
  ].filter((text) => text !== null);
  return (
    <header className={classes.bar}>
      <div className={classes.cluster}>
        <span className={classes.clusterName}>
          {status?.clusters?.map(({ name }) => name).join(' + ') ??
            status?.cluster.name ??
            'Fanari'}
        </span>
        <span className={classes.versions}>{versions.join(' · ')}</span>
      </div>
      {status?.demo === true && (
        <span
          className={classes.demo}
          title="Embedded mesh with simulated traffic; nothing here is your cluster"
        >
          Demo mesh
        </span>
      )}
      {status?.readOnly === true && <span className={classes.demo}>Read-only</span>}
      <MeshLock />
      <SourceChips />
      <button
        type="button"
        className={classes.search}
        onClick={openPalette}
        aria-label="Open the command palette"
      >
        <IconSearch size={16} stroke={1.6} aria-hidden />
        <span>Go to or do…</span>
        <kbd>Ctrl K</kbd>
      </button>
      <UserMenuHost />
    </header>
  );
}

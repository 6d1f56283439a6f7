import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ownTemporaryFolder } from '@/demo/temporary-folder';

/** A cluster that a kubeconfig leads to. */
export interface KubeconfigCluster {
  /** Of the context and what belongs to it. */
  readonly name: string;
  readonly url: string;
}

/** The context of the one cluster of the demo. */
export const DEMO_CONTEXT = 'fanari-demo';

/**
 * Writes a kubeconfig for embedded APIs, a context for each and the first the current one, readable by its owner only;
 * returns the path. Without a path it lies in a folder that goes when this process exits.
 */
export function writeKubeconfig(
  clusters: readonly KubeconfigCluster[],
  path: string | null,
): string {
  const file = path ?? join(ownTemporaryFolder(), 'kubeconfig');
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: clusters.map(({ name, url }) => ({ name, cluster: { server: url } })),
    users: clusters.map(({ name }) => ({ name, user: {} })),
    contexts: clusters.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
    'current-context': clusters[0]?.name ?? '',
  };
  writeFileSync(file, stringify(content), { mode: 0o600 });
  return file;
}

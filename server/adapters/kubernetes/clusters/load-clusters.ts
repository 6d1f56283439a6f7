import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '@/mesh/result';
import type { ClusterAccess } from '@/server/adapters/kubernetes/load-kubeconfig';
import { sourceError, type SourceError } from '@/server/errors';

/** Which clusters are to be watched, as the settings say it. */
export interface ClustersWanted {
  readonly kubeconfig: string | null;
  readonly context: string | null;
  /** Empty: `context` alone. */
  readonly contexts: readonly string[];
  /** A folder of kubeconfigs; `null`: none. */
  readonly remoteKubeconfigs: string | null;
}

/** How to reach one of them. */
export interface ClusterWanted {
  readonly access: ClusterAccess;
  /** As of `ClusterMember`. */
  readonly context: string;
  readonly fileName: string | null;
}

/** Every cluster that is wanted, at least one. Fails when the folder cannot be read. */
export function listClusters(
  wanted: ClustersWanted,
): Result<readonly ClusterWanted[], SourceError> {
  const { kubeconfig, context, contexts, remoteKubeconfigs } = wanted;
  const names = contexts.length > 0 ? contexts : [context];
  const own = names.map((name) => ({
    access: { kubeconfig, context: name },
    context: name ?? 'the own cluster',
    fileName: null,
  }));
  if (remoteKubeconfigs === null) return ok(own);
  try {
    const remote = namesIn(remoteKubeconfigs).map((name) => ({
      access: { kubeconfig: join(remoteKubeconfigs, name), context: null },
      context: name,
      fileName: name.replace(/\.ya?ml$/, ''),
    }));
    return ok([...own, ...remote]);
  } catch (caught) {
    const reason = caught instanceof Error ? caught.message : 'it cannot be read';
    const message = `The folder of remote kubeconfigs cannot be used: ${reason}`;
    return fail(sourceError('kubernetes', 'not-configured', message, caught));
  }
}

/** Files by name. What begins with a dot is how a mounted Secret is kept, beside links that have the names of its keys. */
function namesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.') && statSync(join(folder, name)).isFile())
    .sort();
}

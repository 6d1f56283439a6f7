import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ownTemporaryFolder } from '@/demo/temporary-folder';

/**
 * Writes a kubeconfig for the embedded API, readable by its owner only; returns the path. Without a path it lies in a
 * folder that goes when this process exits.
 */
export function writeKubeconfig(url: string, path: string | null): string {
  const file = path ?? join(ownTemporaryFolder(), 'kubeconfig');
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'fanari-demo', cluster: { server: url } }],
    users: [{ name: 'fanari-demo', user: {} }],
    contexts: [{ name: 'fanari-demo', context: { cluster: 'fanari-demo', user: 'fanari-demo' } }],
    'current-context': 'fanari-demo',
  };
  writeFileSync(file, stringify(content), { mode: 0o600 });
  return file;
}

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** Writes a kubeconfig for the embedded API, readable by its owner only; returns the path. */
export function writeKubeconfig(url: string, path: string | null): string {
  const file = path ?? join(mkdtempSync(join(tmpdir(), 'fanari-demo-')), 'kubeconfig');
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

import { writeFileSync } from 'node:fs';

/** Writes a kubeconfig that speaks to an API server with a token; gives its path. */
export function writeKubeconfig(
  file: string,
  {
    url,
    caFile,
    token,
    namespace,
  }: {
    readonly url: string;
    readonly caFile: string;
    readonly token: string;
    readonly namespace: string | null;
  },
): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'real', cluster: { server: url, 'certificate-authority': caFile } }],
    users: [{ name: 'user', user: { token } }],
    contexts: [
      {
        name: 'real',
        context: { cluster: 'real', user: 'user', ...(namespace !== null && { namespace }) },
      },
    ],
    'current-context': 'real',
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

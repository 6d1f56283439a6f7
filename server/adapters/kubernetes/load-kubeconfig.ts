import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { asRecord } from '@/server/adapters/parse-json';
import { ExecCredential, type ExecPlugin } from '@/server/adapters/kubernetes/exec-credential';
import { TokenFile } from '@/server/adapters/token-file';

/** How to find the cluster. `null` kubeconfig: the usual places, then the in-cluster service account. */
export interface ClusterAccess {
  readonly kubeconfig: string | null;
  readonly context: string | null;
}

/** A kubeconfig, with what of its user changes while Fanari runs; `null` where the user has none. */
export interface LoadedKubeconfig {
  readonly config: KubeConfig;
  readonly tokenFile: TokenFile | null;
  readonly exec: ExecCredential | null;
}

type Fields = Readonly<Record<string, unknown>>;

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(asRecord).filter((entry) => entry !== null) : [];
}

/** The files that the client library reads for this access. */
function filesOf(access: ClusterAccess): readonly string[] {
  if (access.kubeconfig !== null) return [access.kubeconfig];
  // eslint-disable-next-line no-restricted-properties -- kubectl's own variable, which the client library reads too
  const named = process.env['KUBECONFIG'];
  const files = named ? named.split(delimiter) : [join(homedir(), '.kube', 'config')];
  return files.filter((file) => file !== '' && existsSync(file));
}

/** The user as it stands in the file, and the folder that its relative paths begin at: the library drops some fields. */
function rawUser(access: ClusterAccess, name: string): { user: Fields; folder: string } | null {
  for (const file of filesOf(access)) {
    const users = list(asRecord(parse(readFileSync(file, 'utf8')))?.['users']);
    const user = asRecord(users.find((entry) => entry['name'] === name)?.['user']);
    if (user !== null) return { user, folder: dirname(resolve(file)) };
  }
  return null;
}

function clusterInfo(config: KubeConfig): Fields {
  const cluster = config.getCurrentCluster();
  return {
    server: cluster?.server,
    'certificate-authority-data': cluster?.caFile
      ? readFileSync(cluster.caFile).toString('base64')
      : cluster?.caData,
    'insecure-skip-tls-verify': cluster?.skipTLSVerify ?? false,
    'tls-server-name': cluster?.tlsServerName,
    'proxy-url': cluster?.proxyUrl,
  };
}

function toPlugin(exec: Fields, folder: string, config: KubeConfig): ExecPlugin {
  const command = text(exec['command']) ?? '';
  // A bare name is looked up on PATH; a relative path begins at the kubeconfig.
  const isRelative = /[/\\]/.test(command) && !isAbsolute(command);
  const env = list(exec['env']).map(({ name, value }) => [String(name), String(value)] as const);
  return {
    apiVersion: text(exec['apiVersion']) ?? 'client.authentication.k8s.io/v1',
    command: isRelative ? join(folder, command) : command,
    args: Array.isArray(exec['args']) ? exec['args'].map(String) : [],
    env: Object.fromEntries(env),
    cluster: exec['provideClusterInfo'] === true ? clusterInfo(config) : null,
  };
}

/**
 * Reads a kubeconfig. Token files and credential plugins are taken out of the library's hands: it knows no `tokenFile`,
 * and runs a plugin anew for each request when its credential has no end. Throws, saying why, when it cannot be used.
 */
export function loadKubeconfig(access: ClusterAccess): LoadedKubeconfig {
  const config = new KubeConfig();
  if (access.kubeconfig === null) config.loadFromDefault();
  else if (existsSync(access.kubeconfig)) config.loadFromFile(access.kubeconfig);
  else throw new Error(`there is no file ${access.kubeconfig}`);
  if (access.context !== null) {
    if (config.getContextObject(access.context) === null) {
      throw new Error(`the kubeconfig has no context ${access.context}`);
    }
    config.setCurrentContext(access.context);
  }
  if (config.getCurrentCluster() === null) throw new Error('the kubeconfig names no cluster');
  return withUser(config, access);
}

function withUser(config: KubeConfig, access: ClusterAccess): LoadedKubeconfig {
  const user = config.getCurrentUser();
  if (user === null) return { config, tokenFile: null, exec: null };
  const raw = rawUser(access, user.name);
  const provider = asRecord(asRecord(user.authProvider)?.['config']);
  const file = text(raw?.user['tokenFile']) ?? text(provider?.['tokenFile']);
  const exec = asRecord(raw?.user['exec']) ?? null;
  const plain = { ...user, exec: undefined, ...(file !== null && { authProvider: undefined }) };
  config.users = config.users.map((entry) => (entry.name === user.name ? plain : entry));
  return {
    config,
    tokenFile: file === null ? null : new TokenFile(resolve(raw?.folder ?? '/', file)),
    exec:
      exec === null || raw === null ? null : new ExecCredential(toPlugin(exec, raw.folder, config)),
  };
}

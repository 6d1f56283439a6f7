import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerImage } from '@/tests/support/dockerfile';

/** The account of a pod, as the kubelet mounts it, and the API server that knows it. */
export interface PodAccount {
  readonly token: string;
  readonly caFile: string;
  readonly namespace: string;
  readonly serverUrl: string;
}

/** A container that runs without an engine. */
export interface ContainedServer {
  /** The server's own process. */
  readonly child: ChildProcess;
  /** The tree that it runs in. */
  readonly tree: string;
  /** Where it may write. */
  readonly tmpFolder: string;
  /** What it has printed so far. */
  output(): string;
  /** Ends it as the kubelet does; gives its exit code. */
  stop(): Promise<number | null>;
}

/** Where the kubelet mounts the account; Debian's /var/run is /run. */
const ACCOUNT_FOLDER = '/run/secrets/kubernetes.io/serviceaccount';

/**
 * What a container runtime does: the tree and Node, a folder for temporary files and the account of the pod on a file
 * system that cannot be written, then another user without rights. $1 tree, $2 Node, $3 temporary folder, $4 account,
 * $5 user, $6 group; the arguments of Node follow.
 */
const CONTAIN = `
set -e
tree=$1 node=$2 tmp=$3 account=$4 user=$5 group=$6
shift 6
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs /srv
mkdir /srv/app
touch /srv/node
mount --bind "$tree" /srv/app
mount --bind "$node" /srv/node
cp -r "$account" /srv/account
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p ${ACCOUNT_FOLDER}
cp /srv/account/* ${ACCOUNT_FOLDER}
mount --bind "$tmp" /tmp
for place in / /srv /srv/app /run; do mount -o remount,bind,ro "$place"; done
if mountpoint -q /dev/shm; then mount -o remount,bind,ro /dev/shm; fi
cd /srv/app
exec setpriv --reuid "$user" --regid "$group" --clear-groups --no-new-privs \\
  --bounding-set=-all --inh-caps=-all /srv/node "$@"
`;

/** Whether this process may mount. Root may, unless it is the root of a container without that right. */
export function mayMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  return spawnSync('unshare', ['--mount', 'mount', '--make-rprivate', '/']).status === 0;
}

/** Size and times of everything below a folder: what changes when something is written. */
export function stateOf(folder: string): readonly string[] {
  const args = [folder, '-printf', '%P %s %T@ %C@\n'];
  const { stdout, status } = spawnSync('find', args, { encoding: 'utf8', maxBuffer: 64_000_000 });
  if (status !== 0) throw new Error(`${folder} cannot be read`);
  return stdout.split('\n').sort();
}

/** What Linux says of a process, by field: whose it is, what it may do. */
export function processStatus(pid: number): ReadonlyMap<string, string> {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n');
  return new Map(
    lines.map((line) => {
      const [name = '', value = ''] = line.split(':\t');
      return [name, value.replaceAll('\t', ' ').trim()] as const;
    }),
  );
}

/** A copy of what the image holds: the tree without what a start from this folder has kept there (server/front). */
function copyTree(from: string, folder: string): string {
  const tree = join(folder, 'app');
  const kept = join(from, 'served');
  const filter = (path: string) => path !== kept;
  cpSync(from, tree, { recursive: true, verbatimSymlinks: true, filter });
  return tree;
}

/**
 * Starts an image's command in its tree, with its environment and more. Where the machine lets nobody mount, a tree that
 * its user cannot write stands for the read-only file system, and a kubeconfig for the account's folder.
 */
export function startContained(
  image: ContainerImage,
  folder: string,
  account: PodAccount,
  environment: Readonly<Record<string, string>>,
): ContainedServer {
  const [program, ...args] = image.command;
  if (program !== 'node') throw new Error(`The image starts ${program ?? 'nothing'}, not node`);
  chmodSync(folder, 0o755);
  const tmpFolder = join(folder, 'tmp');
  mkdirSync(tmpFolder);
  chmodSync(tmpFolder, 0o777);
  const tree = copyTree(image.tree, folder);
  const all = { ...image.environment, ...environment };
  const start = mayMount() ? startMounted : startUnprivileged;
  const child = start({ ...image, tree }, folder, account, args, all);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      // So that the folder can be deleted by who is not root.
      spawnSync('chmod', ['-R', 'u+w', tree]);
      resolve(code);
    });
  });
  return {
    ...{ child, tree, tmpFolder },
    output: () => output,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function startMounted(
  image: ContainerImage,
  folder: string,
  account: PodAccount,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  const mounted = join(folder, 'account');
  mkdirSync(mounted);
  writeFileSync(join(mounted, 'token'), account.token);
  writeFileSync(join(mounted, 'namespace'), account.namespace);
  cpSync(account.caFile, join(mounted, 'ca.crt'));
  const names = [image.tree, process.execPath, join(folder, 'tmp'), mounted];
  const who = [String(image.uid), String(image.gid)];
  const { hostname, port } = new URL(account.serverUrl);
  return spawn('unshare', ['--mount', 'sh', '-c', CONTAIN, 'contain', ...names, ...who, ...args], {
    env: {
      NODE_ENV: 'production',
      PATH: process.env['PATH'],
      ...environment,
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function startUnprivileged(
  image: ContainerImage,
  folder: string,
  account: PodAccount,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  spawnSync('chmod', ['-R', 'a-w', image.tree]);
  const node = join(folder, 'node');
  cpSync(process.execPath, node);
  const kubeconfig = join(folder, 'kubeconfig');
  const cluster = { server: account.serverUrl, 'certificate-authority': account.caFile };
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'pod', cluster }],
      users: [{ name: 'pod', user: { token: account.token } }],
      contexts: [{ name: 'pod', context: { cluster: 'pod', user: 'pod' } }],
      'current-context': 'pod',
    }),
  );
  const tmpFolder = join(folder, 'tmp');
  return spawn(node, args, {
    cwd: image.tree,
    env: {
      NODE_ENV: 'production',
      PATH: process.env['PATH'],
      ...environment,
      TMPDIR: tmpFolder,
      HOME: tmpFolder,
      FANARI_KUBECONFIG: kubeconfig,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Only root can become somebody else; anybody else is no root already.
    ...(process.getuid?.() === 0 && { uid: image.uid, gid: image.gid }),
  });
}

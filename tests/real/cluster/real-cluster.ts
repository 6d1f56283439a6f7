import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from '@/tests/real/cluster/api-client';
import { environment } from '@/tests/real/cluster/environment';
import { writeKubeconfig } from '@/tests/real/cluster/kubeconfig';
import { freePorts, Program } from '@/tests/real/cluster/program';

/** Users whom the API server knows by a token of the same name. Only `admin` may do anything before it is bound. */
const USERS = ['admin', 'viewer', 'editor', 'single', 'nobody', 'other'] as const;

/** A user of the test cluster. */
export type User = (typeof USERS)[number];

/** An OpenID provider whose ID tokens the API server accepts, with `preferred_username` and `groups` as the user's. */
export interface TrustedIssuer {
  /** https, as API servers demand. */
  readonly issuer: string;
  readonly clientId: string;
  /** PEM file of the authority that signed the issuer's certificate. */
  readonly caFile: string;
}

const COMPACTION = '/v3/kv/compaction';

/** Where a program of the Kubernetes module lies. */
export function kubernetesProgram(name: string): string {
  return join(environment('REAL_KUBERNETES'), name);
}

/** Where a product of the Istio module lies. */
export function istioProduct(name: string): string {
  return join(environment('REAL_ISTIO'), name);
}

/** etcd and kube-apiserver on free loopback ports. Everything is gone after {@link stop}. */
export class RealCluster {
  readonly url: string;
  readonly caFile: string;
  readonly serviceAccountKey: string;
  /** The administrator. */
  readonly admin: ApiClient;
  private readonly clients: ApiClient[] = [];

  private constructor(
    readonly folder: string,
    private readonly etcd: Program,
    private readonly apiServer: Program,
    private readonly etcdUrl: string,
    port: number,
  ) {
    this.url = `https://127.0.0.1:${port}`;
    this.caFile = join(folder, 'certs', 'apiserver.crt');
    this.serviceAccountKey = join(folder, 'service-account.key');
    this.admin = this.client('admin');
  }

  /** Starts an empty cluster; with an issuer, which has to be up already, one whose users may also log in there. */
  static async start(trusted: TrustedIssuer | null = null): Promise<RealCluster> {
    const folder = mkdtempSync(join(environment('REAL_FOLDER'), 'cluster-'));
    const [etcdPort = 0, peerPort = 0, port = 0] = await freePorts(3);
    const etcdUrl = `http://127.0.0.1:${etcdPort}`;
    const etcd = startable(folder, etcdUrl, peerPort);
    await etcd.start(async () => (await fetch(`${etcdUrl}/health`).catch(() => null))?.ok === true);
    const apiServer = new Program(
      'kube-apiserver',
      kubernetesProgram('kube-apiserver'),
      [...apiServerFlags(folder, etcdUrl, port), ...(trusted === null ? [] : issuerFlags(trusted))],
      folder,
    );
    await apiServer.start(() => isReady(folder, port));
    return new RealCluster(folder, etcd, apiServer, etcdUrl, port);
  }

  /** A client with the token of a user. */
  client(user: User): ApiClient {
    return this.clientWith(user);
  }

  /** A client with a bearer token, such as an ID token. */
  clientWith(token: string, keepAlive = false): ApiClient {
    const client = new ApiClient({ url: this.url, caFile: this.caFile, token, keepAlive });
    this.clients.push(client);
    return client;
  }

  /** A kubeconfig with the token of a user, whose context may name a namespace. */
  kubeconfig(user: User, namespace: string | null = null): string {
    const { url, caFile, folder } = this;
    const file = join(folder, `${user}.kubeconfig`);
    return writeKubeconfig(file, { url, caFile, token: user, namespace });
  }

  /** Installs the kinds of Istio and of the Gateway API as their own modules describe them. */
  async installMeshKinds(): Promise<void> {
    await this.admin.applyYaml(readFileSync(istioProduct('istio-crds.yaml'), 'utf8'));
    const folder = istioProduct('gateway-api-crds');
    const files = readdirSync(folder).filter((name) => /^gateway.*s\.yaml$/.test(name));
    for (const file of files) await this.admin.applyYaml(readFileSync(join(folder, file), 'utf8'));
    await this.waitForKind('/apis/networking.istio.io/v1/virtualservices');
    await this.waitForKind('/apis/gateway.networking.k8s.io/v1/httproutes');
  }

  /** Stops the API server as if its machine had failed; {@link startApiServer} brings it back on the same port. */
  async stopApiServer(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    await this.apiServer.stop(signal);
  }

  async startApiServer(): Promise<void> {
    await this.apiServer.start(() => isReady(this.folder, Number(new URL(this.url).port)));
  }

  /** Makes etcd forget everything but the present, as the API server has it do every five minutes. */
  async compact(): Promise<void> {
    const status = await fetch(`${this.etcdUrl}/v3/maintenance/status`, {
      method: 'POST',
      body: '{}',
    });
    const { header } = (await status.json()) as { header: { revision: string } };
    const answer = await fetch(this.etcdUrl + COMPACTION, {
      method: 'POST',
      body: JSON.stringify({ revision: header.revision, physical: true }),
    });
    if (!answer.ok) throw new Error(`compaction: ${await answer.text()}`);
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    await this.apiServer.stop('SIGKILL');
    await this.etcd.stop('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async waitForKind(path: string): Promise<void> {
    const deadline = Date.now() + 30_000;
    while ((await this.admin.get(path)).status !== 200) {
      if (Date.now() > deadline) throw new Error(`the API server does not serve ${path}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function startable(folder: string, url: string, peerPort: number): Program {
  const peer = `http://127.0.0.1:${peerPort}`;
  const flags = [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
  return new Program('etcd', kubernetesProgram('etcd'), flags, folder);
}

function apiServerFlags(folder: string, etcdUrl: string, port: number): readonly string[] {
  const key = join(folder, 'service-account.key');
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  writeFileSync(key, privateKey, { mode: 0o600 });
  const tokens = join(folder, 'tokens.csv');
  const rows = USERS.map(
    (user) => `${user},${user},${user},${user === 'admin' ? 'system:masters' : 'testers'}`,
  );
  writeFileSync(tokens, `${rows.join('\n')}\n`, { mode: 0o600 });
  return [
    `--etcd-servers=${etcdUrl}`,
    // Tests say when history is forgotten.
    '--etcd-compaction-interval=0',
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    // Makes its own certificate there, with the authority that signed it.
    `--cert-dir=${join(folder, 'certs')}`,
    '--service-account-issuer=https://localhost',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    `--token-auth-file=${tokens}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--endpoint-reconciler-type=none',
    '--enable-priority-and-fairness=false',
    // Pods are made without the controllers that would make their service accounts.
    '--disable-admission-plugins=ServiceAccount',
  ];
}

function issuerFlags({ issuer, clientId, caFile }: TrustedIssuer): readonly string[] {
  return [
    `--oidc-issuer-url=${issuer}`,
    `--oidc-client-id=${clientId}`,
    `--oidc-ca-file=${caFile}`,
    '--oidc-username-claim=preferred_username',
    '--oidc-username-prefix=-',
    '--oidc-groups-claim=groups',
  ];
}

async function isReady(folder: string, port: number): Promise<boolean> {
  const caFile = join(folder, 'certs', 'apiserver.crt');
  if (!existsSync(caFile)) return false;
  const client = new ApiClient({ url: `https://127.0.0.1:${port}`, caFile, token: 'admin' });
  try {
    return (await client.get('/readyz')).status === 200;
  } catch {
    return false;
  } finally {
    client.close();
  }
}

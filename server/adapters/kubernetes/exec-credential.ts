import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { asRecord, parseJson } from '@/server/adapters/parse-json';

/** A credential plugin as a kubeconfig names it; the command is resolved. */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What the plugin is told of the cluster; `null` unless the kubeconfig says `provideClusterInfo`. */
  readonly cluster: Readonly<Record<string, unknown>> | null;
}

/** What shows who Fanari is to the API server; `null` where the kubeconfig gives none of that kind. */
export interface Credential {
  readonly token: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
}

interface Kept {
  readonly credential: Credential;
  /** Epoch milliseconds; `null`: until the API server refuses it. */
  readonly expiresAtMs: number | null;
}

const PLUGIN_MS = 60_000;
/** A credential is not used in its last seconds, so that it does not run out on the way. */
const MARGIN_MS = 1_000;
const run = promisify(execFile);

/** Runs a credential plugin (client.authentication.k8s.io) when there is no valid credential, once for all who wait. */
export class ExecCredential {
  private kept: Kept | null = null;
  private running: Promise<Kept> | null = null;

  constructor(
    private readonly plugin: ExecPlugin,
    private readonly now: () => number = Date.now,
  ) {}

  /** The credential. Throws when the plugin fails; the message holds none of what it printed. */
  async get(): Promise<Credential> {
    const { kept } = this;
    const isValid =
      kept !== null && (kept.expiresAtMs === null || kept.expiresAtMs - MARGIN_MS > this.now());
    if (isValid) return kept.credential;
    this.running ??= this.ask().finally(() => (this.running = null));
    this.kept = await this.running;
    return this.kept.credential;
  }

  /** Forgets the credential: the API server refused it. */
  refuse(credential: Credential): void {
    if (this.kept?.credential === credential) this.kept = null;
  }

  private async ask(): Promise<Kept> {
    const { apiVersion, command, args, cluster } = this.plugin;
    const spec = { interactive: false, ...(cluster === null ? {} : { cluster }) };
    const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec });
    // eslint-disable-next-line no-restricted-properties -- a plugin finds its own settings there, as under kubectl
    const env = { ...process.env, ...this.plugin.env, KUBERNETES_EXEC_INFO: info };
    const { stdout } = await run(command, [...args], { env, timeout: PLUGIN_MS }).catch(
      (cause: unknown) => {
        throw new Error('the credential plugin of the kubeconfig failed', { cause });
      },
    );
    const parsed = parseJson('kubernetes', stdout);
    const status = parsed.ok ? asRecord(asRecord(parsed.value)?.['status']) : null;
    const text = (name: string) => (typeof status?.[name] === 'string' ? status[name] : null);
    const credential = {
      token: text('token'),
      certificate: text('clientCertificateData'),
      key: text('clientKeyData'),
    };
    if (credential.token === null && credential.certificate === null) {
      throw new Error('the credential plugin of the kubeconfig gave no credential');
    }
    const expiresAtMs = Date.parse(text('expirationTimestamp') ?? '');
    return { credential, expiresAtMs: Number.isNaN(expiresAtMs) ? null : expiresAtMs };
  }
}

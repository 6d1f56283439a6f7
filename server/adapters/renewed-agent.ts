import http from 'node:http';
import https from 'node:https';
import { createSecureContext } from 'node:tls';
import { FreshFile } from '@/server/adapters/fresh-file';

/** How TLS to an upstream is spoken: PEM files, each read again when it has changed; `null` for none. */
export interface TlsSettings {
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  readonly insecureSkipVerify: boolean;
}

/** Connections for one call, to be given back after it. */
export interface AgentLease {
  readonly agent: http.Agent;
  release(): void;
}

/** No connection can be opened with these files; holds nothing of them. */
export class UnusableTls extends Error {}

interface Generation {
  readonly mark: string;
  readonly agent: http.Agent;
  leases: number;
}

type Pem = Partial<Record<'ca' | 'cert' | 'key', string>>;

/**
 * The pool of connections to an upstream. When an authority, a certificate or a key has changed on disk, new calls get
 * new connections; old ones end with the last call that uses them. A half-written pair is not used: the last good one
 * is, until the pair fits.
 */
export class RenewedAgent {
  private readonly files: readonly (readonly [keyof Pem, FreshFile])[];
  private current: Generation | null = null;

  constructor(
    private readonly isSecure: boolean,
    private readonly settings: TlsSettings,
  ) {
    const { caFile, certFile, keyFile } = settings;
    const paths = { ca: caFile, cert: certFile, key: keyFile };
    this.files = (['ca', 'cert', 'key'] as const).flatMap((part) => {
      const path = isSecure ? paths[part] : null;
      return path === null ? [] : [[part, new FreshFile(path)] as const];
    });
  }

  /** Throws {@link UnusableTls} when the files were never usable. */
  async lease(): Promise<AgentLease> {
    const generation = await this.generation();
    generation.leases += 1;
    let isReleased = false;
    return {
      agent: generation.agent,
      release: () => {
        if (isReleased) return;
        isReleased = true;
        generation.leases -= 1;
        this.endIfUnused(generation);
      },
    };
  }

  /** Closes every connection. */
  close(): void {
    this.current?.agent.destroy();
  }

  private async generation(): Promise<Generation> {
    if (this.files.length === 0 && this.current !== null) return this.current;
    const { mark, pem } = await this.read();
    if (this.current?.mark === mark) return this.current;
    const agent = this.toAgent(pem);
    if (agent === null) {
      if (this.current !== null) return this.current;
      throw new UnusableTls('its certificate, key or authority is not usable as PEM');
    }
    const last = this.current;
    this.current = { mark, agent, leases: 0 };
    if (last !== null) this.endIfUnused(last);
    return this.current;
  }

  private async read(): Promise<{ readonly mark: string; readonly pem: Pem }> {
    const pem: Pem = {};
    const marks: string[] = [];
    for (const [part, file] of this.files) {
      const content = await file.get().catch((caught: unknown) => {
        throw new UnusableTls(`its ${NAMES[part]} file cannot be read`, { cause: caught });
      });
      pem[part] = content.text;
      marks.push(content.mark);
    }
    return { mark: marks.join(), pem };
  }

  private toAgent(pem: Pem): http.Agent | null {
    if (!this.isSecure) return new http.Agent({ keepAlive: true });
    try {
      // Fails where certificate and key are not of one pair.
      createSecureContext(pem);
    } catch {
      return null;
    }
    const rejectUnauthorized = !this.settings.insecureSkipVerify;
    return new https.Agent({ keepAlive: true, rejectUnauthorized, ...pem });
  }

  private endIfUnused(generation: Generation): void {
    if (generation !== this.current && generation.leases === 0) generation.agent.destroy();
  }
}

const NAMES: Readonly<Record<keyof Pem, string>> = {
  ca: 'authority',
  cert: 'certificate',
  key: 'key',
};

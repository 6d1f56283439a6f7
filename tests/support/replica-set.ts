import { freePorts } from '@/tests/real/cluster/program';
import { startNginx, type Nginx } from '@/tests/support/nginx';
import { demoEnvironment, Replica } from '@/tests/support/replica';
import { until } from '@/tests/support/start-fanari';

type Demo = Parameters<typeof demoEnvironment>[0];

/** Several replicas on one demo, and an nginx in front that sends each request to the next one. */
export class ReplicaSet {
  /** Where browsers would go. */
  readonly url: string;
  private readonly running = new Map<number, Replica>();
  private readonly ended: Replica[] = [];

  private constructor(
    private readonly demo: Demo,
    private readonly port: number,
    /** Where replicas are to listen. */
    readonly ports: readonly number[],
    private readonly nginx: Nginx,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(demo: Demo, count: number): Promise<ReplicaSet> {
    const [port = 0, ...ports] = await freePorts(count + 1);
    const nginx = await startNginx(balancer(port, ports), [port]);
    const set = new ReplicaSet(demo, port, ports, nginx);
    try {
      await set.restore();
    } catch (caught) {
      await set.close();
      throw caught;
    }
    return set;
  }

  /** The replica that runs at a port. */
  at(port: number): Replica {
    const replica = this.running.get(port);
    if (replica === undefined) throw new Error(`no replica at ${port}`);
    return replica;
  }

  /** Starts a replica, by default at a port of the set, and waits until it is ready. nginx is told nothing. */
  async startReplica(port: number): Promise<Replica> {
    const replica = await Replica.start(port, demoEnvironment(this.demo));
    this.running.set(port, replica);
    return replica;
  }

  /** Ends a replica and waits until it is gone; nginx is told nothing. Gives the exit code. */
  async end(port: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const replica = this.at(port);
    const code = await replica.end(signal);
    this.running.delete(port);
    this.ended.push(replica);
    return code;
  }

  /** Lets nginx know only these. */
  async route(ports: readonly number[]): Promise<void> {
    await this.nginx.reload(balancer(this.port, ports));
  }

  /** Brings back what was ended, and waits until nginx asks each of the set again. */
  async restore(): Promise<void> {
    const missing = this.ports.filter((port) => !this.running.has(port));
    await Promise.all(missing.map((port) => this.startReplica(port)));
    // nginx leaves out for 10 s who refused a connection; its new processes know nothing of that.
    await this.route(this.ports);
    await until('nginx to ask every replica', async () => {
      const ports = await Promise.all(this.ports.map(() => this.servedBy()));
      return new Set(ports).size === this.ports.length;
    });
  }

  /** Audit lines of all replicas, of those too that have ended. */
  audit(): readonly Readonly<Record<string, unknown>>[] {
    return [...this.ended, ...this.running.values()].flatMap((replica) => replica.audit());
  }

  /** What nginx has logged as a warning or worse. */
  nginxLog(): string {
    return this.nginx.log();
  }

  async close(): Promise<void> {
    await this.nginx.close();
    await Promise.all([...this.running.values()].map((replica) => replica.end('SIGTERM')));
  }

  private async servedBy(): Promise<string | null> {
    const { headers, body } = await fetch(`${this.url}/healthz`);
    await body?.cancel();
    return headers.get(SERVED_BY);
  }
}

/** Header of an answer that names the replicas which nginx tried. */
export const SERVED_BY = 'x-served-by';

/** Round robin with connections kept to replicas, as a proxy in front of many users has it. */
function balancer(port: number, ports: readonly number[]): string {
  return `
    upstream fanari {
      ${ports.map((to) => `server 127.0.0.1:${to};`).join('\n')}
      keepalive 16;
    }
    server {
      listen 127.0.0.1:${port};
      add_header ${SERVED_BY} $upstream_addr always;
      location / {
        proxy_pass http://fanari;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $http_host;
      }
    }`;
}

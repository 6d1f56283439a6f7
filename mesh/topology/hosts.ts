/** `svc.<cluster domain>` names of a Service, split up. */
export interface ServiceHost {
  readonly name: string;
  readonly namespace: string;
}

/** The fully qualified host of a Service, e.g. `reviews.bookinfo.svc.cluster.local`. */
export function serviceFqdn(name: string, namespace: string, clusterDomain: string): string {
  return `${name}.${namespace}.svc.${clusterDomain}`;
}

/**
 * The fully qualified form of a host as an Istio object writes it. A name without dots is a Service of the object's own
 * namespace; every other host is taken as it stands (Istio does the same: `reviews.bookinfo` is not completed). A
 * trailing dot is dropped and letters are lowered.
 */
export function resolveHost(host: string, namespace: string, clusterDomain: string): string {
  const lower = host.toLowerCase();
  const plain = lower.endsWith('.') ? lower.slice(0, -1) : lower;
  if (plain === '*' || plain.includes('.')) return plain;
  return serviceFqdn(plain, namespace, clusterDomain);
}

/**
 * Name and namespace when `host` names a Kubernetes Service of this cluster domain; also understands the shorter forms
 * `name.namespace` plus `.svc`, which appear in metrics when a client asked for them. `null` for other hosts.
 */
export function parseServiceHost(host: string, clusterDomain: string): ServiceHost | null {
  const suffix = `.svc.${clusterDomain}`;
  const short = host.endsWith(suffix)
    ? host.slice(0, -suffix.length)
    : host.endsWith('.svc')
      ? host.slice(0, -'.svc'.length)
      : null;
  if (short === null) return null;
  const parts = short.split('.');
  const [name, namespace] = parts;
  if (parts.length !== 2 || !name || !namespace) return null;
  return { name, namespace };
}

/** True when `pattern` (exact, `*`, or `*.suffix`) covers `host`. `*.a.b` covers `x.a.b` and `*.x.a.b`, not `a.b`. */
export function hostMatches(pattern: string, host: string): boolean {
  if (pattern === host || pattern === '*') return true;
  if (!pattern.startsWith('*')) return false;
  const suffix = pattern.slice(1);
  return host.length > suffix.length && host.endsWith(suffix);
}

/** The host of a URL-like authority without its port, lowered: `Reviews:9080` gives `reviews`. */
export function hostWithoutPort(authority: string): string {
  const lower = authority.toLowerCase();
  const match = /^(.*):\d+$/.exec(lower);
  return match?.[1] !== undefined && !match[1].includes(':') ? match[1] : lower;
}

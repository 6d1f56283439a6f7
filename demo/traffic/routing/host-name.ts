/** A short host as an object in `namespace` means it: `reviews` becomes `reviews.<namespace>.svc.<domain>`. */
export function qualifyHost(host: string, namespace: string, clusterDomain: string): string {
  if (host.includes('.') || host === '*') return host;
  return `${host}.${namespace}.svc.${clusterDomain}`;
}

/** A host that a client asks for, completed as the cluster's DNS search path does; other hosts are left alone. */
export function resolveHost(
  host: string,
  clientNamespace: string,
  clusterDomain: string,
  exists: (host: string) => boolean,
): string {
  const plain = host.endsWith('.') ? host.slice(0, -1) : host;
  const candidates = [
    plain,
    `${plain}.${clientNamespace}.svc.${clusterDomain}`,
    `${plain}.svc.${clusterDomain}`,
    `${plain}.${clusterDomain}`,
  ];
  return candidates.find(exists) ?? plain;
}

/** Whether a host pattern (`*`, `*.example.com` or an exact host) covers `host`. */
export function coversHost(pattern: string, host: string): boolean {
  if (pattern === '*' || pattern === host) return true;
  return pattern.startsWith('*.') && host.endsWith(pattern.slice(1));
}

/** Order of patterns that cover the same host: exact first, then the longer wildcard. Negative when `a` is better. */
export function compareHostPatterns(a: string, b: string): number {
  const isExact = (pattern: string): number => (pattern.startsWith('*') ? 1 : 0);
  return isExact(a) - isExact(b) || b.length - a.length;
}

import type { MeshConfig } from '@/mesh/topology/topology';

/** A SPIFFE id taken apart. */
export interface SpiffeIdentity {
  readonly trustDomain: string;
  /** `null` where the path is not Istio's `/ns/…/sa/…`. */
  readonly namespace: string | null;
  readonly serviceAccount: string | null;
}

/** Takes a principal apart; `null` for one that is no SPIFFE id. */
export function parseSpiffe(principal: string): SpiffeIdentity | null {
  const [, trustDomain, path] = /^spiffe:\/\/([^/]+)(\/.*)?$/.exec(principal) ?? [];
  if (trustDomain === undefined) return null;
  const [, namespace, serviceAccount] = /^\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(path ?? '') ?? [];
  return {
    trustDomain,
    namespace: namespace ?? null,
    serviceAccount: serviceAccount ?? null,
  };
}

/**
 * The trust domain of a principal that servers of this mesh refuse: neither the mesh's own nor an alias. `null` for all
 * others: also where istiod tells proxies not to check it, where the mesh config could not be read, and for what is no
 * SPIFFE id.
 */
export function foreignTrustDomain(mesh: MeshConfig, principal: string): string | null {
  return foreignDomain(mesh, ownPrefix(mesh), principal);
}

function foreignDomain(mesh: MeshConfig, prefix: string, principal: string): string | null {
  if (principal.startsWith(prefix) || !mesh.found || mesh.skipsTrustDomainCheck === true) {
    return null;
  }
  const domain = parseSpiffe(principal)?.trustDomain ?? null;
  return mesh.trustDomainAliases.includes(domain ?? '') ? null : domain;
}

const prefixes = new WeakMap<MeshConfig, string>();

/** What every identity of the mesh itself begins with: Istio writes `@` of a configured trust domain as `.` there. */
function ownPrefix(mesh: MeshConfig): string {
  const known = prefixes.get(mesh);
  if (known !== undefined) return known;
  const made = `spiffe://${mesh.trustDomain.replaceAll('@', '.')}/`;
  prefixes.set(mesh, made);
  return made;
}

const NONE: readonly string[] = [];

/** The foreign trust domains among principals, each once and in order. */
export function foreignTrustDomains(
  mesh: MeshConfig,
  principals: readonly string[] | null,
): readonly string[] {
  if (principals === null || principals.length === 0) return NONE;
  const prefix = ownPrefix(mesh);
  let found: readonly string[] = NONE;
  for (const principal of principals) {
    const domain = foreignDomain(mesh, prefix, principal);
    if (domain !== null && !found.includes(domain)) found = [...found, domain];
  }
  return found.length < 2 ? found : [...found].sort();
}

/** A sentence on ends of a foreign trust domain; `null` when there are none. */
export function foreignText(
  mesh: MeshConfig,
  clients: readonly string[] | null,
  servers: readonly string[] | null,
): string | null {
  const ofClient = foreignTrustDomains(mesh, clients);
  const ofServer = foreignTrustDomains(mesh, servers);
  if (ofClient.length + ofServer.length === 0) return null;
  const told = [endText('client', ofClient), endText('server', ofServer)].filter(
    (text) => text !== null,
  );
  return `${told.join(' ')} It is neither the mesh’s (${mesh.trustDomain}) nor an alias, so that proxies that check it refuse it.`;
}

function endText(end: 'client' | 'server', domains: readonly string[]): string | null {
  if (domains.length === 0) return null;
  return `The ${end} proved to be of trust domain ${domains.join(', ')}.`;
}

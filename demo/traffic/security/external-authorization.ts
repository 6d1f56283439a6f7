import { readPath, stringOf } from '@/demo/kubernetes/json';
import type { ConfigModel, ExternalAuthorizer, MeshModel } from '@/demo/traffic/model/mesh-model';
import type { AuthorizedRequest, Denial } from '@/demo/traffic/security/authorized-request';

/** What Istio's sample authorizer, `samples/extauthz`, looks at. */
const SAMPLE_HEADER = { name: 'x-ext-authz', allow: 'allow' };

/** RBAC's refusal of a policy that istiod could not turn into a question to an authorizer. */
const MISCONFIGURED: Denial = { status: 403, flags: '-' };

/**
 * What external authorization says of a request that rules of `policies` (action CUSTOM, for this workload) matched;
 * `null`: it passes. Istio asks one provider for a workload: with none known by that name, without its service, or with
 * several, what the rules match is denied without asking.
 */
export function externalDenial(
  model: MeshModel,
  policies: readonly ConfigModel[],
  matched: readonly ConfigModel[],
  request: AuthorizedRequest,
): Denial | null {
  if (matched.length === 0) return null;
  const [name = '', ...others] = new Set(policies.map(providerOf));
  const authorizer = model.settings.authorizers.get(name);
  const service = model.services.get(authorizer?.host ?? '');
  if (others.length > 0 || authorizer === undefined || service === undefined) return MISCONFIGURED;
  // There is no filter that could put a TCP connection to an authorizer that speaks HTTP.
  if (request.isTcp && authorizer.protocol === 'http') return null;
  const hasPort = service.ports.some(({ number }) => number === authorizer.port);
  const isOutside = service.fromServiceEntry && service.selector === null;
  if (!hasPort || (service.pods.length === 0 && !isOutside)) {
    return authorizer.failOpen ? null : { status: authorizer.statusOnError, flags: 'UAEX' };
  }
  return sampleAllows(authorizer, request) ? null : { status: 403, flags: 'UAEX' };
}

function providerOf(policy: ConfigModel): string {
  return stringOf(readPath(policy.spec, 'provider', 'name'));
}

/** Every authorizer here decides as Istio's sample does, by one header, which an HTTP one must be shown. */
function sampleAllows({ headers }: ExternalAuthorizer, request: AuthorizedRequest): boolean {
  const isShown = headers === null || headers.includes(SAMPLE_HEADER.name);
  return !request.isTcp && isShown && request.headers[SAMPLE_HEADER.name] === SAMPLE_HEADER.allow;
}

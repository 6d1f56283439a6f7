import {
  arrayOf,
  objectOf,
  readPath,
  stringMapOf,
  stringOf,
  type JsonObject,
} from '@/demo/kubernetes/json';
import { isSubset } from '@/demo/traffic/model/read-services';
import type { ConfigModel, LabelMap, MeshModel } from '@/demo/traffic/model/mesh-model';
import type { AuthorizedRequest, Denial } from '@/demo/traffic/security/authorized-request';
import { externalDenial } from '@/demo/traffic/security/external-authorization';

const DENIED: Denial = { status: 403, flags: '-' };

/**
 * How AuthorizationPolicies turn the request away, `null`: they let it through. External authorization (CUSTOM) comes
 * first, then DENY, then ALLOW if there is any; AUDIT only logs.
 */
export function denialOf(
  model: MeshModel,
  server: { readonly namespace: string; readonly labels: LabelMap },
  request: AuthorizedRequest,
): Denial | null {
  const policies = model.authorizationPolicies.filter((policy) => applies(policy, server, model));
  if (policies.length === 0) return null;
  const withAction = (action: string): ConfigModel[] =>
    policies.filter((policy) => (stringOf(policy.spec['action']) || 'ALLOW') === action);
  const matching = (candidates: readonly ConfigModel[], action: Action): ConfigModel[] =>
    candidates.filter((policy) => matchesPolicy(policy, request, action));
  const custom = withAction('CUSTOM');
  // Rules that lead to an authorizer are read as strictly as those that deny.
  const external = externalDenial(model, custom, matching(custom, 'DENY'), request);
  if (external !== null) return external;
  if (matching(withAction('DENY'), 'DENY').length > 0) return DENIED;
  const allow = withAction('ALLOW');
  return allow.length === 0 || matching(allow, 'ALLOW').length > 0 ? null : DENIED;
}

function applies(
  policy: ConfigModel,
  server: { namespace: string; labels: LabelMap },
  model: MeshModel,
): boolean {
  const isShadow = policy.annotations['istio.io/dry-run'] === 'true';
  const hasTargets =
    arrayOf(policy.spec['targetRefs']).length > 0 || policy.spec['targetRef'] !== undefined;
  const inScope =
    policy.namespace === server.namespace || policy.namespace === model.settings.rootNamespace;
  const selector = stringMapOf(readPath(policy.spec, 'selector', 'matchLabels'));
  return !isShadow && !hasTargets && inScope && isSubset(selector, server.labels);
}

type Action = 'ALLOW' | 'DENY';

function matchesPolicy(policy: ConfigModel, request: AuthorizedRequest, action: Action): boolean {
  return arrayOf(policy.spec['rules']).some((rule) => matchesRule(objectOf(rule), request, action));
}

function matchesRule(rule: JsonObject, request: AuthorizedRequest, action: Action): boolean {
  const from = arrayOf(rule['from']).map((entry) => objectOf(readPath(entry, 'source')));
  const to = arrayOf(rule['to']).map((entry) => objectOf(readPath(entry, 'operation')));
  const when = arrayOf(rule['when']).map(objectOf);
  return (
    (from.length === 0 || from.some((source) => matchesSource(source, request))) &&
    (to.length === 0 || to.some((operation) => matchesOperation(operation, request, action))) &&
    when.every((condition) => matchesCondition(condition, request, action))
  );
}

function matchesSource(source: JsonObject, request: AuthorizedRequest): boolean {
  const account = accountOf(request.principal);
  return (
    both(source, 'principals', request.principal) &&
    both(source, 'namespaces', request.namespace) &&
    both(source, 'serviceAccounts', account) &&
    // No request carries a JWT here, and peer addresses are not simulated.
    both(source, 'requestPrincipals', null) &&
    both(source, 'ipBlocks', null) &&
    both(source, 'remoteIpBlocks', null)
  );
}

function accountOf(principal: string | null): string | null {
  const parts = principal === null ? null : /\/ns\/([^/]+)\/sa\/(.+)$/.exec(principal);
  return parts === null ? null : `${parts[1] ?? ''}/${parts[2] ?? ''}`;
}

function matchesOperation(
  operation: JsonObject,
  request: AuthorizedRequest,
  action: Action,
): boolean {
  const http: [string, string][] = [
    ['hosts', request.host],
    ['methods', request.method],
    ['paths', request.path.split('?')[0] ?? ''],
  ];
  const http1 = http.every(([key, value]) => {
    const named = operation[key] !== undefined || operation[notKey(key)] !== undefined;
    if (request.isTcp && named) return action === 'DENY';
    return both(operation, key, value);
  });
  return http1 && both(operation, 'ports', String(request.port));
}

function matchesCondition(
  condition: JsonObject,
  request: AuthorizedRequest,
  action: Action,
): boolean {
  const key = stringOf(condition['key']);
  const header = /^request\.headers\[(.+)\]$/.exec(key)?.[1]?.toLowerCase();
  if (request.isTcp && key.startsWith('request.')) return action === 'DENY';
  const actual = header === undefined ? attribute(key, request) : (request.headers[header] ?? null);
  return both({ values: condition['values'], notValues: condition['notValues'] }, 'values', actual);
}

function attribute(key: string, request: AuthorizedRequest): string | null {
  switch (key) {
    case 'source.namespace':
      return request.namespace;
    case 'source.principal':
      return request.principal;
    case 'source.serviceAccount':
      return accountOf(request.principal);
    case 'destination.port':
      return String(request.port);
    default:
      return null;
  }
}

/** A field and its `not` twin: the value is in the one list (if given) and in no entry of the other. */
function both(fields: JsonObject, key: string, actual: string | null): boolean {
  const wanted = arrayOf(fields[key]).map(stringOf);
  const unwanted = arrayOf(fields[notKey(key)]).map(stringOf);
  const hit = (pattern: string): boolean => matchesPattern(pattern, actual);
  return (wanted.length === 0 || wanted.some(hit)) && !unwanted.some(hit);
}

function notKey(key: string): string {
  return `not${key.charAt(0).toUpperCase()}${key.slice(1)}`;
}

/** Exact, `abc*`, `*abc`, `*` (present), and path templates with `{*}` and `{**}`. */
function matchesPattern(pattern: string, actual: string | null): boolean {
  if (actual === null) return false;
  if (pattern === '*') return actual !== '';
  if (pattern.includes('{*')) return templateRegex(pattern).test(actual);
  if (pattern.endsWith('*')) return actual.startsWith(pattern.slice(0, -1));
  if (pattern.startsWith('*')) return actual.endsWith(pattern.slice(1));
  return pattern === actual;
}

function templateRegex(pattern: string): RegExp {
  const source = pattern
    .split(/(\{\*\*?\})/)
    .map((part) => (part === '{**}' ? '.*' : part === '{*}' ? '[^/]+' : escapeRegex(part)))
    .join('');
  return new RegExp(`^${source}$`);
}

function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

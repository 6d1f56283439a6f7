import { arrayOf, isObject, numberOf, readPath, stringOf } from '@/demo/kubernetes/json';

function weightFaults(destinations: readonly unknown[], protocol: string): readonly string[] {
  const weights = destinations.map((entry) => numberOf(readPath(entry, 'weight'), 0));
  const negative = weights.find((weight) => weight < 0);
  if (negative !== undefined) return [`weight ${negative} < 0`];
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (destinations.length > 1 && sum === 0) {
    return ['total destination weight = 0'];
  }
  const large = protocol === 'http' && sum > 2 ** 32 - 1;
  return large ? [`total destination weight ${sum} is too large`] : [];
}

function destinationFaults(destinations: readonly unknown[]): readonly string[] {
  return destinations.flatMap((entry) => {
    const destination = readPath(entry, 'destination');
    if (!isObject(destination)) return ['destination is required'];
    const host = stringOf(destination['host']);
    const port = readPath(destination, 'port', 'number');
    return [
      ...(host === '' ? ['empty domain name not allowed'] : []),
      ...(host === '*' ? [`invalid destination host ${host}`] : []),
      ...(typeof port === 'number' && (port < 1 || port > 65535)
        ? [`port number ${port} must be in the range 1..65535`]
        : []),
    ];
  });
}

function percentFaults(value: unknown): readonly string[] {
  const percent = readPath(value, 'value');
  const isOutside =
    typeof percent === 'number' && percent !== 0 && (percent < 0.0001 || percent > 100);
  return isOutside ? [`percentage ${percent} is neither 0.0, nor in range [0.0001, 100.0]`] : [];
}

function mirrorFaults(value: unknown): readonly string[] {
  const percent = numberOf(readPath(value, 'value'), 0);
  return percent > 100
    ? [`mirror_percentage must have a max value of 100 (it has ${percent.toFixed(6)})`]
    : [];
}

function statusFaults(status: unknown): readonly string[] {
  const isOutside = typeof status === 'number' && (status < 200 || status > 599);
  return isOutside ? [`HTTP status ${status} is not in range 200-599`] : [];
}

function abortFaults(abort: unknown): readonly string[] {
  if (!isObject(abort)) return [];
  return [...statusFaults(abort['httpStatus']), ...percentFaults(abort['percentage'])];
}

function matchFaults(rule: unknown): readonly string[] {
  return arrayOf(readPath(rule, 'match')).flatMap((match) => {
    const expression = stringOf(readPath(match, 'uri', 'regex'));
    if (expression.length > 1024) return ['regex is too large, max length allowed is 1024'];
    return [];
  });
}

/** A rule that hands over to another virtual service says nothing of its own about where requests go. */
function rootFaults(rule: Readonly<Record<string, unknown>>): readonly string[] {
  return ['redirect', 'route']
    .filter((field) => rule[field] !== undefined)
    .map((field) => `root HTTP route ${stringOf(rule['name'])} must not specify ${field}`);
}

function exclusiveFaults(rule: Readonly<Record<string, unknown>>): readonly string[] {
  const { redirect, directResponse, delegate, fault, rewrite } = rule;
  if (delegate !== undefined) return rootFaults(rule);
  const hasRoutes = arrayOf(rule['route']).length > 0;
  if (redirect === undefined && directResponse === undefined) {
    return hasRoutes ? [] : ['HTTP route, redirect or direct_response is required'];
  }
  const isRedirect = redirect !== undefined;
  return [
    ...(isRedirect && hasRoutes ? ['HTTP route cannot contain both route and redirect'] : []),
    ...(isRedirect && fault !== undefined
      ? ['HTTP route cannot contain both fault and redirect']
      : []),
    ...(isRedirect && rewrite !== undefined
      ? ['HTTP route rule cannot contain both rewrite and redirect']
      : []),
    ...(directResponse !== undefined && hasRoutes
      ? ['HTTP route cannot contain both route and direct_response']
      : []),
  ];
}

function httpFaults(rule: unknown): readonly string[] {
  if (!isObject(rule)) return [];
  const routes = arrayOf(rule['route']);
  const attempts = numberOf(readPath(rule, 'retries', 'attempts'), 0);
  return [
    ...exclusiveFaults(rule),
    ...destinationFaults(routes),
    ...weightFaults(routes, 'http'),
    ...matchFaults(rule),
    ...abortFaults(readPath(rule, 'fault', 'abort')),
    ...percentFaults(readPath(rule, 'fault', 'delay', 'percentage')),
    ...mirrorFaults(rule['mirrorPercentage']),
    ...statusFaults(readPath(rule, 'directResponse', 'status')),
    ...(attempts < 0 ? ['1 error occurred:\n\t* attempts cannot be negative\n\n'] : []),
  ];
}

function streamFaults(rule: unknown, protocol: 'tcp' | 'tls'): readonly string[] {
  const routes = arrayOf(readPath(rule, 'route'));
  if (routes.length === 0) return [`${protocol.toUpperCase()} route is required`];
  const isMatchless = protocol === 'tls' && arrayOf(readPath(rule, 'match')).length === 0;
  return [
    ...(isMatchless ? ['TLS route must have at least one match condition'] : []),
    ...destinationFaults(routes),
    ...weightFaults(routes, protocol),
  ];
}

function covers(wide: string, narrow: string): boolean {
  return wide === narrow || (wide.startsWith('*') && narrow.endsWith(wide.slice(1)));
}

function hostFaults(hosts: readonly string[], gateways: readonly unknown[]): readonly string[] {
  const isForMesh = gateways.length === 0 || gateways.includes('mesh');
  const pairs = hosts.flatMap((host, index) =>
    hosts.slice(index + 1).map((other) => [host, other] as const),
  );
  return [
    ...hosts.filter((host) => host === '').map(() => 'domain name "" invalid (empty)'),
    ...(isForMesh && hosts.includes('*')
      ? ['wildcard host * is not allowed for virtual services bound to the mesh gateway']
      : []),
    ...pairs
      .filter(([host, other]) => covers(host, other) || covers(other, host))
      .map(([host, other]) => `duplicate hosts in virtual service: ${host} & ${other}`),
  ];
}

/** A virtual service without hosts is one that others hand over to. */
function delegateFaults(spec: unknown): readonly string[] {
  const has = (field: string) => arrayOf(readPath(spec, field)).length > 0;
  const delegates = arrayOf(readPath(spec, 'http')).some(
    (rule) => readPath(rule, 'delegate') !== undefined,
  );
  return [
    ...(has('gateways') ? ['delegate virtual service must have no gateways specified'] : []),
    ...(has('tls') ? ['delegate virtual service must have no tls route specified'] : []),
    ...(has('tcp') ? ['delegate virtual service must have no tcp route specified'] : []),
    ...(delegates ? ['delegate HTTP route cannot contain delegate'] : []),
  ];
}

/** What Istio refuses in the spec of a VirtualService. */
export function virtualServiceFaults(spec: unknown): readonly string[] {
  const hosts = arrayOf(readPath(spec, 'hosts')).map(stringOf);
  const rules = ['http', 'tls', 'tcp'].map((protocol) => arrayOf(readPath(spec, protocol)));
  const [http = [], tls = [], tcp = []] = rules;
  return [
    ...(hosts.length === 0
      ? delegateFaults(spec)
      : hostFaults(hosts, arrayOf(readPath(spec, 'gateways')))),
    ...(rules.every((list) => list.length === 0)
      ? ['http, tcp or tls must be provided in virtual service']
      : []),
    ...http.flatMap(httpFaults),
    ...tls.flatMap((rule) => streamFaults(rule, 'tls')),
    ...tcp.flatMap((rule) => streamFaults(rule, 'tcp')),
  ];
}

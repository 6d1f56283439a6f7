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
      ...(host === '' || host === '*' ? [`invalid destination host ${host}`] : []),
      ...(typeof port === 'number' && (port < 1 || port > 65535)
        ? [`port number ${port} must be in the range 1..65535`]
        : []),
    ];
  });
}

function percentFaults(value: unknown, name: string): readonly string[] {
  const percent = readPath(value, 'value');
  const isOutside = typeof percent === 'number' && (percent < 0 || percent > 100);
  return isOutside ? [`${name} ${percent} must be in the range 0..100`] : [];
}

function abortFaults(abort: unknown): readonly string[] {
  if (!isObject(abort)) return [];
  const status = abort['httpStatus'];
  const isOutside = typeof status === 'number' && (status < 200 || status >= 600);
  return [
    ...(isOutside ? [`HTTP status ${status} must be in the range 200..599`] : []),
    ...percentFaults(abort['percentage'], 'abort percentage'),
  ];
}

function matchFaults(rule: unknown): readonly string[] {
  return arrayOf(readPath(rule, 'match')).flatMap((match) => {
    const expression = stringOf(readPath(match, 'uri', 'regex'));
    if (expression.length > 1024) return ['regex is too large, max length allowed is 1024'];
    return [];
  });
}

function exclusiveFaults(rule: Readonly<Record<string, unknown>>): readonly string[] {
  const routes = arrayOf(rule['route']);
  const { redirect, directResponse, delegate } = rule;
  if (redirect !== undefined && routes.length > 0) {
    return ['HTTP route cannot contain both route and redirect'];
  }
  if (directResponse !== undefined && routes.length > 0) {
    return ['HTTP route cannot contain both route and direct_response'];
  }
  const hasTarget = [redirect, directResponse, delegate].some((entry) => entry !== undefined);
  return hasTarget || routes.length > 0
    ? []
    : ['HTTP route, redirect or direct_response is required'];
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
    ...percentFaults(readPath(rule, 'fault', 'delay', 'percentage'), 'delay percentage'),
    ...percentFaults(rule['mirrorPercentage'], 'mirror_percentage'),
    ...(attempts < 0 ? ['attempts cannot be negative'] : []),
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

/** What Istio refuses in the spec of a VirtualService. */
export function virtualServiceFaults(spec: unknown): readonly string[] {
  const hosts = arrayOf(readPath(spec, 'hosts'));
  const rules = ['http', 'tls', 'tcp'].map((protocol) => arrayOf(readPath(spec, protocol)));
  const [http = [], tls = [], tcp = []] = rules;
  const isDelegate = hosts.length === 0;
  const isShort = hosts.some((host) => host === '');
  return [
    ...(isDelegate && tls.length + tcp.length > 0
      ? ['virtual service must have at least one host']
      : []),
    ...(isShort ? ['host is empty'] : []),
    ...(new Set(hosts).size < hosts.length ? ['duplicate hosts in virtual service'] : []),
    ...(rules.every((list) => list.length === 0)
      ? ['http, tcp or tls must be provided in virtual service']
      : []),
    ...http.flatMap(httpFaults),
    ...tls.flatMap((rule) => streamFaults(rule, 'tls')),
    ...tcp.flatMap((rule) => streamFaults(rule, 'tcp')),
  ];
}

/** What an Envoy response flag means to somebody on call, and whether it speaks of a fault. */
export interface EnvoyFlag {
  readonly name: string;
  readonly meaning: string;
}

const FLAGS: Readonly<Record<string, EnvoyFlag>> = {
  UH: {
    name: 'No healthy upstream',
    meaning: 'Every pod behind the destination was unhealthy, ejected or missing.',
  },
  UF: {
    name: 'Connection failed',
    meaning:
      'The proxy could not connect to the pod: not listening, refused, or TLS did not match.',
  },
  UO: {
    name: 'Circuit breaker open',
    meaning:
      'A connection pool limit of the DestinationRule was reached; the request was turned away.',
  },
  NR: {
    name: 'No route',
    meaning: 'No route matched the request: check hosts, matches and gateways of the route.',
  },
  NC: {
    name: 'No cluster',
    meaning: 'The route points to a host or subset that the proxy does not know.',
  },
  URX: {
    name: 'Retries used up',
    meaning: 'All retry attempts (or TCP connection attempts) failed.',
  },
  UT: {
    name: 'Upstream timed out',
    meaning: 'The destination did not answer within the route’s timeout.',
  },
  UC: {
    name: 'Connection broke',
    meaning: 'The pod closed the connection while answering, often a crash or restart.',
  },
  UR: { name: 'Upstream reset', meaning: 'The destination reset the request’s stream.' },
  UPE: {
    name: 'Protocol error upstream',
    meaning: 'The destination answered something that is not the expected protocol.',
  },
  UMSDR: {
    name: 'Stream duration over',
    meaning: 'The request took longer than the longest allowed stream.',
  },
  DC: {
    name: 'Client went away',
    meaning: 'The caller closed the connection before the answer; often the caller’s own timeout.',
  },
  DPE: {
    name: 'Protocol error of the client',
    meaning: 'The caller sent something that is not valid HTTP.',
  },
  DI: {
    name: 'Delay injected',
    meaning: 'A fault rule of the route delayed the request on purpose.',
  },
  FI: {
    name: 'Abort injected',
    meaning: 'A fault rule of the route failed the request on purpose.',
  },
  RL: { name: 'Rate limited', meaning: 'A local or global rate limit turned the request away.' },
  RLSE: { name: 'Rate limit service failed', meaning: 'The rate limit service gave an error.' },
  UAEX: { name: 'Denied by authorization', meaning: 'External authorization refused the request.' },
  RFCF: { name: 'Filter refused', meaning: 'A filter’s configuration could not be fetched.' },
  LR: { name: 'Reset locally', meaning: 'The proxy itself reset the connection.' },
  LH: { name: 'Local health check failed', meaning: 'The pod’s own proxy considers it unhealthy.' },
  IH: { name: 'Bad header', meaning: 'A strictly checked header had an invalid value.' },
  SI: { name: 'Stream idle', meaning: 'Nothing moved on the stream for the idle timeout.' },
  DT: {
    name: 'Duration timeout',
    meaning: 'The request or connection went over its longest duration.',
  },
  OM: {
    name: 'Overload manager',
    meaning: 'The proxy was out of memory or other resources and shed the request.',
  },
  DF: { name: 'DNS failed', meaning: 'The destination’s name could not be resolved.' },
  DO: {
    name: 'Dropped by overload',
    meaning: 'The proxy shed the request under the drop policy of the destination.',
  },
};

/** Plain words for a flag's short name; one that is not known says so and points to Envoy's own list. */
export function envoyFlag(flag: string): EnvoyFlag {
  return (
    FLAGS[flag] ?? {
      name: 'Unlisted flag',
      meaning: `${flag} is not in Fanari’s list; see Envoy’s response flags.`,
    }
  );
}

import { arrayOf, isObject, numberOf, readPath, stringOf } from '@/demo/kubernetes/json';

const NAME = /^[a-zA-Z0-9]([-a-zA-Z0-9_.]*[a-zA-Z0-9])?$/;

function tlsFaults(tls: unknown): readonly string[] {
  if (!isObject(tls)) return [];
  const mode = tls['mode'];
  if (mode !== 'MUTUAL' || stringOf(tls['credentialName']) !== '') return [];
  return [
    ...(stringOf(tls['clientCertificate']) === ''
      ? ['client certificate required for mutual tls']
      : []),
    ...(stringOf(tls['privateKey']) === '' ? ['private key required for mutual tls'] : []),
  ];
}

function poolFaults(pool: unknown): readonly string[] {
  const limits = [
    ['tcp', 'maxConnections', 'max connections'],
    ['http', 'http1MaxPendingRequests', 'max pending requests'],
    ['http', 'http2MaxRequests', 'max requests'],
    ['http', 'maxRequestsPerConnection', 'max requests per connection'],
    ['http', 'maxRetries', 'max retries'],
  ] as const;
  return limits.flatMap(([part, key, label]) =>
    numberOf(readPath(pool, part, key), 0) < 0 ? [`${label} must be non-negative`] : [],
  );
}

function outlierFaults(outlier: unknown): readonly string[] {
  return ['maxEjectionPercent', 'minHealthPercent'].flatMap((key) => {
    const percent = numberOf(readPath(outlier, key), 0);
    return percent < 0 || percent > 100 ? [`percentage ${percent} is not in range 0..100`] : [];
  });
}

function policyFaults(policy: unknown): readonly string[] {
  const ports = arrayOf(readPath(policy, 'portLevelSettings'));
  return [policy, ...ports].flatMap((settings) => [
    ...tlsFaults(readPath(settings, 'tls')),
    ...poolFaults(readPath(settings, 'connectionPool')),
    ...outlierFaults(readPath(settings, 'outlierDetection')),
  ]);
}

/** What Istio refuses in the spec of a DestinationRule. */
export function destinationRuleFaults(spec: unknown): readonly string[] {
  const subsets = arrayOf(readPath(spec, 'subsets'));
  const names = subsets.map((subset) => stringOf(readPath(subset, 'name')));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  return [
    ...(stringOf(readPath(spec, 'host')) === '' ? ['empty domain name not allowed'] : []),
    ...names.filter((name) => !NAME.test(name)).map((name) => `subset name is invalid: ${name}`),
    ...(repeated === undefined ? [] : [`duplicate subset names: ${repeated}`]),
    ...policyFaults(readPath(spec, 'trafficPolicy')),
    ...subsets.flatMap((subset) => policyFaults(readPath(subset, 'trafficPolicy'))),
  ];
}

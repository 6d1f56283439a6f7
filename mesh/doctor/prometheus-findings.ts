import type { DoctorFacts, MetricDiagnosis } from '@/mesh/doctor/facts';
import { count, finding, type Finding } from '@/mesh/doctor/finding';
import { essentialLabels, labelCosts, metricCosts } from '@/mesh/doctor/metric-costs';
import { formatWindow } from '@/mesh/format-window';

const QUERIES = 'queries to Prometheus';
const PROBE =
  'kubectl -n <namespace> exec deploy/<workload> -c istio-proxy -- pilot-agent request GET stats/prometheus | grep -m3 ^istio_requests_total';
/** Rates of a window need two scrapes in it; the shortest window on offer is a minute long. */
const LONGEST_SCRAPE_SECONDS = 30;
/** The longest window that people commonly look at. */
const SHORTEST_RETENTION_SECONDS = 3600;
/** Missing that long, samples are late whatever the scrape interval. */
const LATE_SECONDS = 150;

/** Whether Prometheus answers, has the mesh's metrics with their labels, and how often and long. */
export function prometheusFindings({ metrics }: DoctorFacts): readonly Finding[] {
  if (metrics === null) return [notConfigured()];
  if (metrics.fault !== null) return [failing(metrics.fault)];
  const scraped = scrapes(metrics);
  return [
    scraped,
    ...(scraped.rule === 'mesh-not-scraped'
      ? []
      : [...missingMetrics(metrics), ...labels(metrics)]),
    ...traffic(metrics, scraped),
    scrapeInterval(metrics),
    retention(metrics),
  ];
}

function notConfigured(): Finding {
  return finding('prometheus-not-configured', {
    severity: 'warning',
    title: 'No Prometheus is configured',
    seen: 'Workloads, services and configuration are drawn; there are no edges, rates, errors, latencies or observed shares.',
    fix: 'Name the Prometheus that scrapes the mesh. From outside the cluster, forward its port first.',
    commands: [
      'kubectl -n istio-system port-forward svc/prometheus 9090:9090',
      'npm start -- --prometheus-url http://localhost:9090',
      'helm upgrade fanari deploy/helm/fanari --namespace <namespace> --reuse-values --set prometheus.url=http://prometheus.istio-system:9090',
    ],
    source: 'the settings',
  });
}

function failing(fault: string): Finding {
  return finding('prometheus-failing', {
    severity: 'error',
    title: 'Prometheus does not answer',
    seen: `${fault}. There are no figures, or only old ones.`,
    fix: 'Ask it from the machine (in a cluster: the pod’s network) on which Fanari runs. The URL must be the one below which /api/v1 is; a NetworkPolicy, a token or a tenant header may be missing.',
    commands: [
      "curl -sS '<URL of Prometheus>/api/v1/query?query=vector(1)'",
      'kubectl get pods -A -l app.kubernetes.io/name=prometheus',
    ],
    source: QUERIES,
  });
}

function scrapes(metrics: MetricDiagnosis): Finding {
  const { metrics: names, newestSampleSeconds: age } = metrics;
  const had = names === null ? null : names.some((name) => name in metricCosts);
  if (age !== null && age <= LATE_SECONDS) {
    return finding('mesh-scraped', {
      severity: 'ok',
      title: 'Prometheus scrapes the mesh',
      seen: `The newest sample of a proxy is ${Math.max(0, Math.round(age))} s old by the clock of Prometheus.`,
      source: QUERIES,
    });
  }
  if (age !== null || had === true) {
    return finding('mesh-scrape-stopped', {
      severity: 'error',
      title: 'Prometheus no longer scrapes the mesh',
      seen:
        age === null
          ? 'It had samples of the proxies within the last hour, and none in the last five minutes.'
          : `The newest sample of a proxy is ${Math.round(age)} s old by the clock of Prometheus.`,
      fix: 'Look at the targets of Prometheus that are down and why; after an upgrade, labels that its jobs select by have often changed.',
      commands: [
        'curl -sS \'<URL of Prometheus>/api/v1/targets?state=active\' | grep -o \'"lastError":"[^"]*"\' | sort | uniq -c',
        PROBE,
      ],
      source: QUERIES,
    });
  }
  return finding('mesh-not-scraped', {
    severity: 'error',
    title: 'Prometheus has no metrics of the mesh',
    seen: `It answers, and has ${names === null ? 'no sample of istio_requests_total or istio_tcp_received_bytes_total in the last five minutes' : 'none of the metrics istio_* in the last hour'}. Either it does not scrape the proxies, it is another Prometheus than the one that does, or nothing has ever called anything through a proxy.`,
    fix: 'Let Prometheus scrape port 15020 of the proxies (path /stats/prometheus): by the annotations prometheus.io/* that the injector writes, or with a PodMonitor where the Prometheus Operator runs. The second command shows whether a proxy has counted anything at all.',
    commands: [
      'kubectl apply -f https://raw.githubusercontent.com/istio/istio/master/samples/addons/extras/prometheus-operator.yaml',
      PROBE,
    ],
    source: QUERIES,
  });
}

function missingMetrics({ metrics: names }: MetricDiagnosis): readonly Finding[] {
  if (names === null) return [unknownMetrics('which metrics it has')];
  const known = new Set(names);
  // A mesh without any TCP or without any HTTP traffic has none of those metrics, which is no fault.
  const families = [/^istio_request|^istio_response/, /^istio_tcp/];
  const missing = Object.entries(metricCosts).filter(([name]) => {
    const family = families.find((pattern) => pattern.test(name));
    return !known.has(name) && names.some((other) => family?.test(other) === true);
  });
  if (missing.length === 0) return [];
  return [
    finding('metrics-missing', {
      severity: 'warning',
      title: `${count(missing.length, 'metric')} of the mesh ${missing.length === 1 ? 'is' : 'are'} missing`,
      seen: `${missing.map(([name, cost]) => `${name}: ${cost}`).join('; ')}.`,
      fix: 'A Telemetry object may switch them off, a relabelling of Prometheus may drop them (metric_relabel_configs), or a rule may pass on only some.',
      commands: [
        'kubectl get telemetries.telemetry.istio.io -A -o yaml',
        "curl -sS '<URL of Prometheus>/api/v1/status/config' | grep -o 'metric_relabel_configs'",
      ],
      source: 'names of the metrics in the last hour',
    }),
  ];
}

function unknownMetrics(what: string): Finding {
  return finding('metrics-unknown', {
    severity: 'unknown',
    title: `Prometheus does not tell ${what}`,
    seen: 'It answers queries but not the endpoints for labels; some compatible stores leave them out.',
    source: '/api/v1/label/__name__/values and /api/v1/labels',
  });
}

function labels({ requestLabels, metrics: names }: MetricDiagnosis): readonly Finding[] {
  if (requestLabels === null)
    return names === null ? [] : [unknownMetrics('which labels its metrics have')];
  if (requestLabels.length === 0) return [];
  const known = new Set(requestLabels);
  const missing = Object.entries(labelCosts).filter(([name]) => !known.has(name));
  // The label is empty, which is to say absent, where nothing speaks gRPC.
  const grave = missing.filter(([name]) => name !== 'grpc_response_status');
  if (grave.length === 0) return [];
  return [
    finding('labels-missing', {
      severity: grave.some(([name]) => essentialLabels.has(name)) ? 'error' : 'warning',
      title: `${count(grave.length, 'label')} of istio_requests_total ${grave.length === 1 ? 'is' : 'are'} missing`,
      seen: `No series of the last hour has ${grave.map(([name, cost]) => `${name} (${cost})`).join('; ')}.`,
      fix: 'A Telemetry object may remove them (tagOverrides), or a relabelling of Prometheus may drop them (labeldrop, or an aggregating rule).',
      commands: [
        'kubectl get telemetries.telemetry.istio.io -A -o yaml',
        "curl -sS '<URL of Prometheus>/api/v1/status/config' | grep -o 'labeldrop'",
      ],
      source: 'labels of istio_requests_total in the last hour',
    }),
  ];
}

function traffic({ isTraffic }: MetricDiagnosis, scraped: Finding): readonly Finding[] {
  if (scraped.rule !== 'mesh-scraped' || isTraffic !== false) return [];
  return [
    finding('no-traffic', {
      severity: 'info',
      title: 'Nothing calls anything',
      seen: 'The proxies are scraped, and none of them has counted a request or a byte in the last five minutes.',
      fix: 'Send a request through the mesh, or choose a longer window.',
      commands: [
        'kubectl -n <namespace> exec deploy/<workload with a proxy> -- curl -sS http://<service>:<port>/',
      ],
      source: QUERIES,
    }),
  ];
}

function scrapeInterval({ scrapeIntervalSeconds: seconds }: MetricDiagnosis): Finding {
  const source = '/api/v1/status/config of Prometheus (the longest interval of any job)';
  if (seconds === null) {
    return finding('scrape-interval', {
      severity: 'unknown',
      title: 'The scrape interval is not known',
      seen: 'This store does not tell. With more than 30 s, windows of a minute have holes.',
      source,
    });
  }
  const isLong = seconds > LONGEST_SCRAPE_SECONDS;
  return finding('scrape-interval', {
    severity: isLong ? 'warning' : 'ok',
    title: `Prometheus scrapes every ${formatWindow(seconds)}`,
    seen: `Rates need two samples: windows from ${formatWindow(2 * seconds)} can be shown${isLong ? ', shorter ones are left out or lengthened' : ''}. A change of weights shows after up to ${formatWindow(seconds)}.`,
    ...(isLong && {
      fix: 'Scrape the proxies every 15 s; other jobs may stay as they are, but Fanari goes by the slowest.',
      commands: [
        "curl -sS '<URL of Prometheus>/api/v1/status/config' | grep -o 'scrape_interval: [0-9a-z]*' | sort | uniq -c",
      ],
    }),
    source,
  });
}

function retention({ retentionSeconds: seconds }: MetricDiagnosis): Finding {
  const source = '/api/v1/status/runtimeinfo and flags of Prometheus';
  if (seconds === null) {
    return finding('retention', {
      severity: 'unknown',
      title: 'How long samples are kept is not known',
      seen: 'This store does not tell, or keeps them by size only. A window that reaches further back than it does shows less than there was.',
      source,
    });
  }
  const isShort = seconds < SHORTEST_RETENTION_SECONDS;
  return finding('retention', {
    severity: isShort ? 'warning' : 'ok',
    title: `Prometheus keeps samples for ${formatWindow(seconds)}`,
    seen: `Windows up to that can be shown${isShort ? '; longer ones are left out' : ''}.`,
    ...(isShort && {
      fix: 'Start Prometheus with a longer retention.',
      commands: ['prometheus --storage.tsdb.retention.time=15d'],
    }),
    source,
  });
}

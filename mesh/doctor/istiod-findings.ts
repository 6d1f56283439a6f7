import type { DoctorFacts, IstiodCount, IstiodCounts } from '@/mesh/doctor/facts';
import { finding, type Finding, type FindingParts } from '@/mesh/doctor/finding';
import type { FindingRule } from '@/mesh/doctor/finding-rules';

const SOURCE = 'metrics of istiod in Prometheus';

interface CountRule extends Pick<FindingParts, 'severity' | 'title' | 'fix' | 'commands'> {
  readonly rule: FindingRule;
  readonly means: string;
}

const RULES = {
  pilot_total_xds_rejects: {
    rule: 'proxies-reject-config',
    severity: 'error',
    title: 'Proxies reject what istiod sends them',
    means:
      'a proxy that rejects an update keeps the one before, so that it no longer follows the configuration',
    fix: 'See which proxies and which part, then what in their log was not accepted; an EnvoyFilter is the usual reason.',
    commands: [
      'istioctl proxy-status',
      "kubectl -n istio-system logs deployment/istiod --tail=1000 | grep -i 'ads:.*ack error'",
    ],
  },
  pilot_total_rejected_configs: {
    rule: 'istiod-rejects-config',
    severity: 'warning',
    title: 'istiod rejects or ignores configuration',
    means:
      'each push counts again what is left out, mostly Gateways whose servers clash with each other',
    fix: 'Let istioctl look for what clashes.',
    commands: ['istioctl analyze -A'],
  },
  galley_validation_failed: {
    rule: 'webhook-refused',
    severity: 'info',
    title: 'The validation webhook refused objects',
    means: 'somebody tried to write what Istio does not accept, and was told so',
    fix: 'Who tried stands in the audit log of the API server; a pipeline that tries again and again is worth finding.',
    commands: ["kubectl -n istio-system logs deployment/istiod --tail=1000 | grep -i 'validat'"],
  },
  sidecar_injection_failure_total: {
    rule: 'injection-failed',
    severity: 'error',
    title: 'The injector fails',
    means: 'pods come up without a proxy or are refused',
    fix: 'Look at istiod’s log and at the injection template.',
    commands: ["kubectl -n istio-system logs deployment/istiod --tail=1000 | grep -i 'inject'"],
  },
} as const satisfies Readonly<Record<keyof IstiodCounts, CountRule>>;

/** What istiod counts that it, its proxies and its webhooks refused. */
export function istiodFindings({ metrics }: DoctorFacts): readonly Finding[] {
  if (metrics === null || metrics.fault !== null) return [];
  const { istiod } = metrics;
  if (istiod === null) return [notScraped()];
  const names = Object.keys(RULES) as (keyof IstiodCounts)[];
  const told = names.flatMap((name) => {
    const counted = istiod[name];
    return counted === null || counted.lastHour <= 0 ? [] : [refused(name, counted)];
  });
  if (told.length > 0) return told;
  const totals = names.map((name) => `${name} ${round(istiod[name]?.total ?? null)}`);
  return [
    finding('istiod-content', {
      severity: 'ok',
      title: 'istiod counts no rejection',
      seen: `None in the last hour. Since it runs: ${totals.join(', ')}.`,
      source: SOURCE,
    }),
  ];
}

/** A count that never was is not in the metrics; that is not a zero that was measured. */
function round(amount: number | null): string {
  return amount === null ? 'never counted' : String(Math.round(amount));
}

function refused(name: keyof IstiodCounts, { lastHour, total }: IstiodCount): Finding {
  const { rule, severity, title, means, fix, commands } = RULES[name];
  return finding(rule, {
    severity,
    title,
    seen: `${name}: ${round(lastHour)} in the last hour, ${round(total)} since istiod runs; ${means}.`,
    fix,
    commands,
    source: SOURCE,
  });
}

function notScraped(): Finding {
  return finding('istiod-not-scraped', {
    severity: 'unknown',
    title: 'What istiod rejects is not known',
    seen: 'Prometheus has no metrics of istiod (pilot_xds). Configuration that it or the proxies reject goes unnoticed.',
    fix: 'Let Prometheus scrape port 15014 of istiod; its pods carry the annotations prometheus.io/*, and Istio’s samples have a ServiceMonitor.',
    commands: [
      'kubectl apply -f https://raw.githubusercontent.com/istio/istio/master/samples/addons/extras/prometheus-operator.yaml',
    ],
    source: SOURCE,
  });
}

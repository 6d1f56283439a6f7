import type { DoctorFacts } from '@/mesh/doctor/facts';
import { count, finding, type Finding } from '@/mesh/doctor/finding';

const SOURCE = 'the tracing backend’s list of services';

/** Whether the tracing backend answers and knows the mesh. */
export function traceFindings({ traces }: DoctorFacts): readonly Finding[] {
  if (traces === null) {
    return [
      finding('traces-not-configured', {
        severity: 'info',
        title: 'No tracing backend is configured',
        seen: 'Panels show no traces; nothing else depends on it.',
        fix: 'Name Jaeger’s query service. From outside the cluster, forward its port first.',
        commands: [
          'kubectl -n istio-system port-forward svc/tracing 16686:80',
          'npm start -- --jaeger-url http://localhost:16686',
        ],
        source: 'the settings',
      }),
    ];
  }
  const { fault, services } = traces;
  if (fault !== null) {
    return [
      finding('traces-failing', {
        severity: 'warning',
        title: 'The tracing backend does not answer',
        seen: `${fault}. There are no traces.`,
        fix: 'Ask it from the machine (in a cluster: the pod’s network) on which Fanari runs. The URL is that of the query service, with its base path.',
        commands: ["curl -sS '<URL of the tracing backend>/api/services'"],
        source: SOURCE,
      }),
    ];
  }
  if (services === 0) {
    return [
      finding('no-traced-services', {
        severity: 'warning',
        title: 'The tracing backend knows no service',
        seen: 'It answers, and its list of services is empty: no proxy has sent a span, or they go elsewhere.',
        fix: 'Name a provider in the mesh config and enable it with a Telemetry object; by default one in a hundred requests is traced.',
        commands: [
          "kubectl -n istio-system get configmap istio -o jsonpath='{.data.mesh}'",
          'kubectl get telemetries.telemetry.istio.io -A -o yaml',
        ],
        source: SOURCE,
      }),
    ];
  }
  return [
    finding('traces-answer', {
      severity: 'ok',
      title: 'The tracing backend answers',
      seen:
        services === null
          ? 'It does not tell how many services it knows.'
          : `It knows ${count(services, 'service')}.`,
      source: SOURCE,
    }),
  ];
}

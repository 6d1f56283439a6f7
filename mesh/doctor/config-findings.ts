import type { DoctorFacts } from '@/mesh/doctor/facts';
import { count, finding, objectOf, SEVERITIES, type Finding } from '@/mesh/doctor/finding';
import { statusComplaints, type StatusComplaint } from '@/mesh/doctor/object-status';
import type { ConfigObject } from '@/mesh/topology/object';

const SOURCE = 'status of the objects, which their controllers write';
/** So many different complaints are told, the worst ones. */
const MOST_COMPLAINTS = 25;
const GATEWAY_API = 'gateway.networking.k8s.io';

/** What the controllers of Istio and the Gateway API say of objects in their status. */
export function configFindings({ index }: DoctorFacts): readonly Finding[] {
  const objects = [...index.topology.config]
    .filter(([kind]) => kind.includes('.istio.io/') || kind.startsWith(`${GATEWAY_API}/`))
    .flatMap(([, list]) => list);
  if (objects.length === 0) return [];
  const complaints = grouped(objects.flatMap(statusComplaints));
  const silent = unwritten(objects);
  return [
    ...complaints,
    ...silent,
    ...(complaints.length + silent.length === 0 ? [accepted(objects.length)] : []),
  ];
}

function grouped(complaints: readonly StatusComplaint[]): readonly Finding[] {
  const groups = new Map<string, StatusComplaint[]>();
  for (const complaint of complaints) {
    const key = `${complaint.origin} ${complaint.object.kind} ${complaint.what}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [complaint]);
    else known.push(complaint);
  }
  return [...groups.values()]
    .map(toFinding)
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
    .slice(0, MOST_COMPLAINTS);
}

/** An object with several listeners or parents may complain of the same twice. */
function distinct(complaints: readonly StatusComplaint[]): readonly ConfigObject[] {
  return [...new Set(complaints.map(({ object }) => object))];
}

function toFinding(complaints: readonly StatusComplaint[]): Finding {
  const [first] = complaints;
  if (first === undefined) throw new Error('a group of complaints is never empty');
  const { kind, group, meta } = first.object;
  const objects = distinct(complaints);
  const isAnalysis = first.origin === 'analysis';
  const resource = `${kind.toLowerCase()}.${group}`;
  return finding(isAnalysis ? 'config-analysis' : 'config-refused', {
    severity: first.severity,
    title: isAnalysis
      ? `Istio’s analysis: ${first.what} (${count(objects.length, kind)})`
      : `${count(objects.length, kind)} not accepted: ${first.what}`,
    seen: `${meta.namespace}/${meta.name}${objects.length > 1 ? ` and ${objects.length - 1} more` : ''}: ${first.message ?? 'without further words'}`,
    fix:
      first.page === null
        ? 'What is wrong stands in the condition. Until then the object, or the part of it that is meant, has no effect.'
        : `Istio describes it at ${first.page}`,
    commands: [
      `kubectl -n ${meta.namespace} get ${resource} ${meta.name} -o jsonpath='{.status}'`,
      ...(isAnalysis ? [`istioctl analyze -n ${meta.namespace}`] : []),
    ],
    objects: objects.map((object) =>
      objectOf(
        `${object.group}/${object.kind}`,
        object.meta.namespace,
        object.meta.name,
        null,
        object.cluster,
      ),
    ),
    source: SOURCE,
  });
}

function unwritten(objects: readonly ConfigObject[]): readonly Finding[] {
  const istio = objects.filter(({ group }) => group !== GATEWAY_API);
  const isWritten = istio.some(({ status }) => status !== null && Object.keys(status).length > 0);
  if (istio.length === 0 || isWritten) return [];
  return [
    finding('status-not-written', {
      severity: 'unknown',
      title: 'Whether Istio accepts its configuration is not written on it',
      seen: `None of ${count(istio.length, 'object')} of Istio has a status: istiod’s analysis is off, as it is by default. Mistakes that the webhook lets pass are not seen here.`,
      fix: 'Let istioctl look, or switch the analysis of istiod on.',
      commands: [
        'istioctl analyze -A',
        'helm upgrade istiod istio/istiod -n istio-system --reuse-values --set global.istiod.enableAnalysis=true',
      ],
      source: SOURCE,
    }),
  ];
}

function accepted(objects: number): Finding {
  return finding('config-accepted', {
    severity: 'ok',
    title: 'No status complains',
    seen: `${count(objects, 'object')} of Istio and the Gateway API.`,
    source: SOURCE,
  });
}

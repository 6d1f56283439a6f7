import type { Topology } from '@/mesh/topology/topology';
import type { Trace, TraceSpan, TraceSummary } from '@/mesh/traces';
import type { OutOfSight } from '@/mesh/visibility/out-of-sight';

/** What a service or a span out of sight is called. */
const NAMELESS = 'outside';

/** Tells which services of traces are in sight. */
export interface TraceSight {
  readonly sight: OutOfSight;
  readonly seesService: (name: string) => boolean;
}

/**
 * Which services of traces are in sight: `name.namespace` by its namespace; a bare name, which tells no namespace, where a
 * workload, app or Service in sight has it. `topology` is the restricted one.
 */
export function traceSight(topology: Topology, sight: OutOfSight): TraceSight {
  const bare = new Set<string>();
  for (const { name, app } of topology.workloads.values()) bare.add(name).add(app);
  for (const { name } of topology.services.values()) bare.add(name);
  return {
    sight,
    seesService: (name) => {
      const namespace = sight.namespaceOf(name);
      return namespace === null ? bare.has(name) : sight.visibility.sees('/Pod', namespace);
    },
  };
}

/** A trace in a list; `null` when nothing of it is in sight. */
export function restrictSummary<Summary extends TraceSummary>(
  trace: Summary,
  { seesService }: TraceSight,
): Summary | null {
  const services = trace.services.map((name) => (seesService(name) ? name : NAMELESS));
  if (services.every((name) => name === NAMELESS)) return null;
  const isRootSeen = seesService(trace.rootService);
  return {
    ...trace,
    services: [...new Set(services)],
    rootService: isRootSeen ? trace.rootService : NAMELESS,
    rootName: isRootSeen ? trace.rootName : NAMELESS,
  };
}

/** A whole trace: spans out of sight keep their place and time only. `null` when nothing of it is in sight. */
export function restrictTrace(trace: Trace, traces: TraceSight): Trace | null {
  const summary = restrictSummary(trace, traces);
  return summary && { ...summary, spans: trace.spans.map((span) => restrictSpan(span, traces)) };
}

function restrictSpan(span: TraceSpan, { sight, seesService }: TraceSight): TraceSpan {
  if (!seesService(span.service)) {
    return { ...span, service: NAMELESS, operation: NAMELESS, tags: {} };
  }
  const tags = Object.entries(span.tags).filter(([, value]) => !sight.tells(value));
  const operation = sight.tells(span.operation) ? NAMELESS : span.operation;
  return { ...span, operation, tags: Object.fromEntries(tags) };
}

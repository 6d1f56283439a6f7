import type { TraceSummary } from '@/mesh/traces';

/** Those that passed through one of the services; all when none are named. */
export function through(
  traces: readonly TraceSummary[],
  services: readonly string[],
): readonly TraceSummary[] {
  return services.length === 0
    ? traces
    : traces.filter((trace) => services.some((name) => trace.services.includes(name)));
}

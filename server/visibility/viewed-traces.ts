import type { TraceDiagnosis } from '@/mesh/doctor/facts';
import { fail, ok, type Result } from '@/mesh/result';
import type { Trace, TraceSummary } from '@/mesh/traces';
import { restrictSummary, restrictTrace, type TraceSight } from '@/mesh/visibility/restrict-trace';
import { sourceError, type SourceError } from '@/server/errors';
import type { CallOptions, SourceState, TraceQuery, TraceSource } from '@/server/ports';

/** The tracing backend as somebody may see it. */
export class ViewedTraces implements TraceSource {
  constructor(
    private readonly whole: TraceSource,
    private readonly sight: () => TraceSight,
  ) {}

  state(): SourceState {
    return this.whole.state();
  }

  /** How many services there are is not told, since some may be out of sight. */
  async diagnose(): Promise<TraceDiagnosis> {
    const told = await this.whole.diagnose();
    return { ...told, services: told.services === 0 ? 0 : null };
  }

  async findTraces(
    query: TraceQuery,
    options: CallOptions,
  ): Promise<Result<readonly TraceSummary[], SourceError>> {
    const sight = this.sight();
    const inSight = (names: readonly string[]) => names.filter((name) => sight.seesService(name));
    const services = inSight(query.services);
    if (services.length === 0) return ok([]);
    const alsoThrough = inSight(query.alsoThrough);
    const found = await this.whole.findTraces({ ...query, services, alsoThrough }, options);
    if (!found.ok) return found;
    return ok(
      found.value.map((trace) => restrictSummary(trace, sight)).filter((trace) => trace !== null),
    );
  }

  async getTrace(traceId: string, options: CallOptions): Promise<Result<Trace, SourceError>> {
    const found = await this.whole.getTrace(traceId, options);
    if (!found.ok) return found;
    const trace = restrictTrace(found.value, this.sight());
    if (trace !== null) return ok(trace);
    return fail(sourceError('jaeger', 'not-found', NO_SUCH_TRACE));
  }
}

/** As the adapter says it of a trace that does not exist. */
const NO_SUCH_TRACE = 'Jaeger does not have this trace';

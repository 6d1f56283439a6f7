import type { SourceName } from '@/mesh/gap';
import { fail, ok, type Result } from '@/mesh/result';
import { titleOf } from '@/server/adapters/transport';
import { sourceError, type SourceError } from '@/server/errors';

/** Reads JSON from an upstream; what is not JSON is `bad-response`. */
export function parseJson(source: SourceName, text: string): Result<unknown, SourceError> {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch (caught) {
    return fail(
      sourceError(
        source,
        'bad-response',
        `${titleOf(source)} answered with something that is not JSON`,
        caught,
      ),
    );
  }
}

/** A value as an object with unknown fields; `null` for everything else. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

import type { z } from 'zod';
import { fail, ok, type Result } from '@/mesh/result';

/** Names what is wrong with a query or body: where (`window`, `change.wanted.0`) and why. */
export interface RequestFault {
  readonly path: string;
  readonly message: string;
}

/** Reads URL parameters with an endpoint's schema. A parameter given twice is a fault, since one would be ignored. */
export function parseQuery<Schema extends z.ZodType>(
  schema: Schema,
  parameters: URLSearchParams,
): Result<z.output<Schema>, readonly RequestFault[]> {
  const raw: Record<string, string> = {};
  for (const [name, value] of parameters) {
    if (Object.hasOwn(raw, name)) return fail([{ path: name, message: 'is given more than once' }]);
    raw[name] = value;
  }
  return parseValue(schema, raw);
}

/** Reads any value with an endpoint's schema; every fault is named, not only the first. */
export function parseValue<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): Result<z.output<Schema>, readonly RequestFault[]> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  return fail(
    parsed.error.issues.map((issue) => ({
      path: issue.path.map(String).join('.'),
      message: issue.message,
    })),
  );
}

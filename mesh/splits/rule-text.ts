import type { JsonObject, JsonValue } from '@/mesh/json';

/**
 * What tells a rule from the others of its object: its name and its matches, as JSON text with sorted keys. Two rules
 * with equal text take the same requests, so it does not matter which of them stands where. `{}` for a rule without a
 * name that takes everything left.
 */
export function ruleText(rule: JsonObject): string {
  const { name, match, matches } = rule;
  return JSON.stringify(sorted({ name, match, matches }));
}

function sorted(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return value.map((item) => sorted(item) ?? null);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}

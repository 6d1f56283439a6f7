import { isObject } from '@/demo/kubernetes/json';
import type { StringMatch } from '@/demo/traffic/routing/route-table';

const regexCache = new Map<string, RegExp | null>();

/** Reads Istio's `{exact|prefix|regex}`; an empty object and the regex `*` mean "present". */
export function parseStringMatch(value: unknown): StringMatch | null {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) return { kind: 'present', value: '' };
  for (const kind of ['exact', 'prefix', 'regex'] as const) {
    const text = value[kind];
    if (typeof text !== 'string') continue;
    return kind === 'regex' && text === '*'
      ? { kind: 'present', value: '' }
      : { kind, value: text };
  }
  return { kind: 'present', value: '' };
}

/** Whether `actual` (`null`: the request has no such value) satisfies `match`. */
export function matchesString(
  match: StringMatch,
  actual: string | null,
  ignoreCase = false,
): boolean {
  if (actual === null) return false;
  const [expected, text] = ignoreCase
    ? [match.value.toLowerCase(), actual.toLowerCase()]
    : [match.value, actual];
  switch (match.kind) {
    case 'present':
      return true;
    case 'exact':
      return text === expected;
    case 'prefix':
      return text.startsWith(expected);
    case 'pathPrefix':
      return hasPathPrefix(text, expected);
    case 'regex':
      return fullMatch(match.value, actual);
  }
}

function hasPathPrefix(path: string, prefix: string): boolean {
  const base = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return path === base || path.startsWith(`${base}/`);
}

/** RE2 full match; a pattern that JavaScript cannot read never matches, as Istio would have refused it. */
function fullMatch(pattern: string, text: string): boolean {
  let compiled = regexCache.get(pattern);
  if (compiled === undefined) {
    try {
      compiled = new RegExp(`^(?:${pattern})$`);
    } catch {
      compiled = null;
    }
    regexCache.set(pattern, compiled);
  }
  return compiled !== null && compiled.test(text);
}

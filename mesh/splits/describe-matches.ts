import {
  readNumber,
  readObject,
  readObjects,
  readString,
  readStringMap,
  readStrings,
} from '@/mesh/read-json';
import type { JsonObject, JsonValue } from '@/mesh/json';

/**
 * One summary for each entry of a VirtualService rule's `match`; entries are alternatives. An entry that restricts
 * nothing makes the whole rule a catch-all, so the answer is then empty.
 */
export function describeIstioMatches(entries: readonly JsonObject[]): readonly string[] {
  return orCatchAll(entries.map(istioEntry));
}

/** The same for `matches` of a Gateway API rule; the path prefix `/` restricts nothing. */
export function describeGatewayMatches(entries: readonly JsonObject[]): readonly string[] {
  return orCatchAll(entries.map(gatewayEntry));
}

function orCatchAll(summaries: readonly string[]): readonly string[] {
  return summaries.includes('') ? [] : summaries;
}

const TEXT_FIELDS = ['uri', 'scheme', 'method', 'authority'] as const;

const MAP_FIELDS = {
  headers: 'header',
  withoutHeaders: 'without header',
  queryParams: 'query',
} as const;

function istioEntry(entry: JsonObject): string {
  const parts: string[] = [];
  for (const field of TEXT_FIELDS) {
    const match = readObject(entry, field);
    if (match !== null && !isAnyPath(field, match)) parts.push(`${field} ${stringMatch(match)}`);
  }
  for (const [field, word] of Object.entries(MAP_FIELDS)) {
    for (const [name, match] of Object.entries(readObject(entry, field) ?? {})) {
      parts.push(`${word} ${name} ${stringMatch(readObject(match) ?? {})}`);
    }
  }
  parts.push(...scopeParts(entry));
  return parts.join(', ');
}

function scopeParts(entry: JsonObject): readonly string[] {
  const parts: string[] = [];
  const port = readNumber(entry, 'port');
  if (port !== null) parts.push(`port ${port}`);
  const sniHosts = readStrings(entry, 'sniHosts');
  if (sniHosts.length > 0) parts.push(`SNI ${sniHosts.join(' or ')}`);
  const subnets = readStrings(entry, 'destinationSubnets');
  if (subnets.length > 0) parts.push(`to ${subnets.join(' or ')}`);
  const labels = Object.entries(readStringMap(entry, 'sourceLabels') ?? {});
  if (labels.length > 0)
    parts.push(`from ${labels.map(([key, value]) => `${key}=${value}`).join(', ')}`);
  const namespace = readString(entry, 'sourceNamespace');
  if (namespace !== null && namespace !== '') parts.push(`from namespace ${namespace}`);
  const gateways = readStrings(entry, 'gateways');
  if (gateways.length > 0) parts.push(`through ${gateways.join(' or ')}`);
  return parts;
}

function isAnyPath(field: string, match: JsonObject): boolean {
  return field === 'uri' && readString(match, 'prefix') === '/';
}

function stringMatch(match: JsonObject): string {
  const exact = readString(match, 'exact');
  if (exact !== null) return `= ${exact}`;
  const prefix = readString(match, 'prefix');
  if (prefix !== null) return `starts with ${prefix}`;
  const regex = readString(match, 'regex');
  return regex === null || regex === '*' ? 'is present' : `matches ${regex}`;
}

function gatewayEntry(entry: JsonObject): string {
  const parts: string[] = [];
  const path = readObject(entry, 'path');
  if (path !== null) {
    const type = readString(path, 'type') ?? 'PathPrefix';
    const value = readString(path, 'value') ?? '/';
    if (type !== 'PathPrefix' || value !== '/') parts.push(`path ${typed(type, value)}`);
  }
  const method = entry['method'];
  if (typeof method === 'string') parts.push(`method = ${method}`);
  else if (readObject(method) !== null) parts.push(grpcMethod(method));
  for (const header of readObjects(entry, 'headers')) parts.push(`header ${named(header)}`);
  for (const query of readObjects(entry, 'queryParams')) parts.push(`query ${named(query)}`);
  return parts.join(', ');
}

function grpcMethod(method: JsonValue | undefined): string {
  const service = readString(method, 'service') ?? '*';
  return `method ${service}/${readString(method, 'method') ?? '*'}`;
}

function named(entry: JsonObject): string {
  const type = readString(entry, 'type') ?? 'Exact';
  return `${readString(entry, 'name') ?? ''} ${typed(type, readString(entry, 'value') ?? '')}`;
}

function typed(type: string, value: string): string {
  if (type === 'Exact') return `= ${value}`;
  return type === 'PathPrefix' ? `under ${value}` : `matches ${value}`;
}

/** Quotes any text as a TraceQL string: nothing in it can end the string. */
function quote(text: string): string {
  const escaped = text.replaceAll(/[\\"\n\r]/g, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    return `\\${character}`;
  });
  return `"${escaped}"`;
}

function named(service: string): string {
  return `resource.service.name = ${quote(service)}`;
}

/** Traces with a span of the service (that failed), and with one of the other services where there are any. */
export function traceQuery(
  service: string,
  alsoThrough: readonly string[],
  onlyFailed: boolean,
): string {
  const own = `{ ${named(service)}${onlyFailed ? ' && status = error' : ''} }`;
  if (alsoThrough.length === 0) return own;
  return `${own} && { ${alsoThrough.map(named).join(' || ')} }`;
}

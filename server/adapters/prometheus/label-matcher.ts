/** Labels that Fanari narrows by. */
export type MatchableLabel =
  | 'reporter'
  | 'request_protocol'
  | 'response_code'
  | 'grpc_response_status'
  | 'destination_service'
  | 'destination_service_name'
  | `${'source' | 'destination'}_${'cluster' | 'workload' | 'workload_namespace' | 'canonical_service' | 'canonical_revision'}`;

/** A finished matcher, safe to stand between braces. Only this file makes them. */
export type LabelMatcher = string & { readonly matcher: unique symbol };

/** Quotes any text as a PromQL string: nothing in it can end the string. */
function quote(text: string): string {
  const escaped = text.replaceAll(/[\\"\n\r]/g, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    return `\\${character}`;
  });
  return `"${escaped}"`;
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, String.raw`\$&`);
}

/** `label="value"`. */
export function equals(label: MatchableLabel, value: string): LabelMatcher {
  return `${label}=${quote(value)}` as LabelMatcher;
}

/** How a matcher compares. */
export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** A condition on any label that was set by who runs Fanari; the name must be that of a label. */
export function condition(label: string, operator: MatchOperator, value: string): LabelMatcher {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(label)) throw new Error('not the name of a label');
  return `${label}${operator}${quote(value)}` as LabelMatcher;
}

/** The label is exactly one of the values, whatever characters they hold. */
export function oneOf(label: MatchableLabel, values: readonly string[]): LabelMatcher {
  return `${label}=~${quote(values.map(escapeRegex).join('|'))}` as LabelMatcher;
}

/** The label names one of the hosts, with or without a port; `*.example.com` also names every host below. */
export function oneOfHosts(label: MatchableLabel, hosts: readonly string[]): LabelMatcher {
  const patterns = hosts.map((host) =>
    host.startsWith('*.') ? `.*${escapeRegex(host.slice(1))}` : escapeRegex(host),
  );
  return `${label}=~${quote(`(?:${patterns.join('|')})(?::[0-9]+)?`)}` as LabelMatcher;
}

/** `{a="b",…}`; empty without matchers. */
export function selector(matchers: readonly LabelMatcher[]): string {
  return matchers.length === 0 ? '' : `{${matchers.join(',')}}`;
}

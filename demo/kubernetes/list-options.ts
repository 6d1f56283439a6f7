import { invalid } from '@/demo/kubernetes/api-error';
import type { StatusCause } from '@/demo/kubernetes/api-error';

/** What faults of the query of a list or watch speak of. */
const LIST_OPTIONS = { group: 'meta.k8s.io', resource: '', kind: 'ListOptions' };

function forbiddenOption(field: string, detail: string): StatusCause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${detail}`, field };
}

function unsupportedMatch(match: string, supported: readonly string[]): StatusCause {
  const names = supported.map((name) => `"${name}"`).join(', ');
  const message = `Unsupported value: "${match}": supported values: ${names}`;
  return { reason: 'FieldValueNotSupported', message, field: 'resourceVersionMatch' };
}

function watchCauses(query: URLSearchParams): readonly StatusCause[] {
  const match = query.get('resourceVersionMatch') ?? '';
  const sends = query.has('sendInitialEvents');
  if (sends && match !== 'NotOlderThan') {
    const detail = 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
    return [forbiddenOption('resourceVersionMatch', detail)];
  }
  if (match === '') return [];
  const continues = (query.get('continue') ?? '') !== '';
  return [
    ...(sends
      ? []
      : [
          forbiddenOption(
            'resourceVersionMatch',
            'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
          ),
        ]),
    ...(match === 'NotOlderThan' ? [] : [unsupportedMatch(match, ['NotOlderThan'])]),
    ...(continues
      ? [
          forbiddenOption(
            'resourceVersionMatch',
            'resourceVersionMatch is forbidden when continue is provided',
          ),
        ]
      : []),
  ];
}

function matchCauses(match: string, query: URLSearchParams): readonly StatusCause[] {
  const field = 'resourceVersionMatch';
  const version = query.get('resourceVersion') ?? '';
  const details = [
    ...(version === ''
      ? ['resourceVersionMatch is forbidden unless resourceVersion is provided']
      : []),
    ...((query.get('continue') ?? '') === ''
      ? []
      : ['resourceVersionMatch is forbidden when continue is provided']),
    ...(match === 'Exact' && version === '0'
      ? ['resourceVersionMatch "exact" is forbidden for resourceVersion "0"']
      : []),
  ];
  const known = ['Exact', 'NotOlderThan'];
  return [
    ...details.map((detail) => forbiddenOption(field, detail)),
    ...(known.includes(match) ? [] : [unsupportedMatch(match, known)]),
  ];
}

function listCauses(query: URLSearchParams): readonly StatusCause[] {
  const match = query.get('resourceVersionMatch') ?? '';
  return [
    ...(query.has('sendInitialEvents')
      ? [forbiddenOption('sendInitialEvents', 'sendInitialEvents is forbidden for list')]
      : []),
    ...(match === '' ? [] : matchCauses(match, query)),
  ];
}

/** Checks that the parameters of a list or watch go together. Throws the 422 of the API server. */
export function checkListOptions(query: URLSearchParams, isWatch: boolean): void {
  const causes = isWatch ? watchCauses(query) : listCauses(query);
  if (causes.length > 0) throw invalid(LIST_OPTIONS, '', causes);
}

import type { ApiRequest } from '@/demo/kubernetes/api-context';
import { badRequest, invalidOptions } from '@/demo/kubernetes/api-error';
import { mediaType } from '@/demo/kubernetes/request-body';

/** What a write request asks for beside its body. */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore';
  /** Set for a server-side apply; `force` takes over fields of other managers. */
  readonly apply: { readonly force: boolean } | null;
}

const MAX_MANAGER_LENGTH = 128;

const OPTIONS: Readonly<Record<string, string>> = {
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
  DELETE: 'DeleteOptions',
};

/** How the API server calls the parameters of a method. */
function optionsKind({ method }: ApiRequest): string {
  return OPTIONS[method] ?? 'CreateOptions';
}

/** Whether these values of `dryRun` ask for one. Throws 422 for anything but `All`: a write by mistake is worse. */
export function isDryRun(request: ApiRequest, values: readonly unknown[]): boolean {
  const given = values.filter((value) => value !== '');
  if (given.some((value) => value !== 'All')) {
    throw invalidOptions(optionsKind(request), {
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${JSON.stringify(given)}: supported values: "All"`,
      field: 'dryRun',
    });
  }
  return given.length > 0;
}

function validationOf(query: URLSearchParams): WriteOptions['fieldValidation'] {
  const value = query.get('fieldValidation') ?? '';
  if (value === '') return 'Warn';
  if (value === 'Strict' || value === 'Warn' || value === 'Ignore') return value;
  throw badRequest(
    `fieldValidation: Unsupported value: "${value}": supported values: "Ignore", "Strict", "Warn"`,
  );
}

/** Reads and checks the query of a write. Throws 400 or 422 for values that are not valid. */
export function readWriteOptions(request: ApiRequest): WriteOptions {
  const { query, contentType, incoming } = request;
  const isApply = mediaType(contentType).startsWith('application/apply-patch');
  const agent = (incoming.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown';
  const named = query.get('fieldManager') ?? '';
  if (isApply && named === '') {
    throw invalidOptions(optionsKind(request), {
      reason: 'FieldValueRequired',
      message: 'Required value: is required for apply patch',
      field: 'fieldManager',
    });
  }
  if (named.length > MAX_MANAGER_LENGTH) {
    throw badRequest(`fieldManager: Too long: may not be more than ${MAX_MANAGER_LENGTH} bytes`);
  }
  const force = query.get('force') === 'true';
  if (force && !isApply) {
    throw badRequest('force: Forbidden: may not be specified for non-apply patch');
  }
  return {
    dryRun: isDryRun(request, query.getAll('dryRun')),
    fieldManager: named === '' ? agent.slice(0, MAX_MANAGER_LENGTH) : named,
    fieldValidation: validationOf(query),
    apply: isApply ? { force } : null,
  };
}

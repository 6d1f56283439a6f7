import type { ApiRequest } from '@/demo/kubernetes/api-context';
import { badRequest } from '@/demo/kubernetes/api-error';
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

/** Whether these values of `dryRun` ask for one. Throws 400 for anything but `All`: a write by mistake is worse. */
export function isDryRun(values: readonly unknown[]): boolean {
  const given = values.filter((value) => value !== '');
  const unknown = given.find((value) => value !== 'All');
  if (unknown !== undefined) {
    throw badRequest(
      `dryRun: Unsupported value: ${JSON.stringify(unknown)}: supported values: "All"`,
    );
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

/** Reads and checks the query of a write. Throws 400 for values that are not valid. */
export function readWriteOptions(request: ApiRequest): WriteOptions {
  const { query, contentType, incoming } = request;
  const isApply = mediaType(contentType).startsWith('application/apply-patch');
  const agent = (incoming.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown';
  const named = query.get('fieldManager') ?? '';
  if (isApply && named === '') {
    throw badRequest('fieldManager: Required value: is required for apply patch');
  }
  if (named.length > MAX_MANAGER_LENGTH) {
    throw badRequest(`fieldManager: Too long: may not be more than ${MAX_MANAGER_LENGTH} bytes`);
  }
  const force = query.get('force') === 'true';
  if (force && !isApply) {
    throw badRequest('force: Forbidden: may not be specified for non-apply patch');
  }
  return {
    dryRun: isDryRun(query.getAll('dryRun')),
    fieldManager: named === '' ? agent.slice(0, MAX_MANAGER_LENGTH) : named,
    fieldValidation: validationOf(query),
    apply: isApply ? { force } : null,
  };
}

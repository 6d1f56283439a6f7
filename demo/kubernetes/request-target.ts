import { unknownPath } from '@/demo/kubernetes/api-error';
import type { ResourceType, SchemaModule } from '@/demo/kubernetes/resource-type';
import { typeOfResource } from '@/demo/kubernetes/served-types';

/** The resource that a URL path names. `namespace` and `name` are empty when the path has none. */
export interface ResourceTarget {
  readonly type: ResourceType;
  readonly version: string;
  readonly namespace: string;
  readonly name: string;
  /** `status`, `scale`, `log`, or empty. */
  readonly subresource: string;
}

/** Groups whose kinds are asked and answered but never stored. */
const REVIEW_GROUPS = ['authorization.k8s.io', 'authentication.k8s.io'];

interface Parts {
  readonly group: string;
  readonly version: string;
  readonly rest: readonly string[];
}

function partsOf(path: string): Parts | null {
  const [, root, ...segments] = path.replace(/\/+$/, '').split('/');
  const decoded = segments.map((segment) => decodeURIComponent(segment));
  if (root === 'api') {
    const [version, ...rest] = decoded;
    return version === undefined || rest.length === 0 ? null : { group: '', version, rest };
  }
  const [group, version, ...rest] = decoded;
  if (root !== 'apis' || group === undefined || version === undefined) return null;
  return rest.length === 0 ? null : { group, version, rest };
}

/** `namespaces/<ns>/<resource>/…` against `<resource>/…`; the namespace resource itself is the exception. */
function scopeOf(rest: readonly string[]): { namespace: string; path: readonly string[] } {
  const [first, namespace = '', third] = rest;
  const isObjectOfNamespace = third === undefined || third === 'status' || third === 'finalize';
  if (first !== 'namespaces' || isObjectOfNamespace) return { namespace: '', path: rest };
  return { namespace, path: rest.slice(2) };
}

/**
 * Parses `/api/v1/…` and `/apis/<group>/<version>/…` paths of resources; `null` for paths of another shape (discovery
 * for instance). Throws a 404 `ApiError` when the path has the shape of a resource that is not served.
 */
export function parseResourceTarget(path: string): ResourceTarget | null {
  const parts = partsOf(path);
  if (parts === null || REVIEW_GROUPS.includes(parts.group)) return null;
  const scope = scopeOf(parts.rest);
  const [resource = '', name = '', subresource = '', ...extra] = scope.path;
  const type = typeOfResource(parts.group, resource);
  const served = type?.versions.some((version) => version.name === parts.version) === true;
  if (type === null || !served || extra.length > 0) throw unknownPath();
  if (!type.namespaced && scope.namespace !== '') throw unknownPath();
  if (type.namespaced && name !== '' && scope.namespace === '') throw unknownPath();
  return { type, version: parts.version, namespace: scope.namespace, name, subresource };
}

/** The schema of the version that a request names; `null` for kinds without one. */
export function schemaModuleOf(target: ResourceTarget): SchemaModule | null {
  return target.type.versions.find(({ name }) => name === target.version)?.schema ?? null;
}

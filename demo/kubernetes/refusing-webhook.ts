import { ApiError } from '@/demo/kubernetes/api-error';
import { isObject, stringOf, type JsonObject } from '@/demo/kubernetes/json';
import type { ResourceTarget } from '@/demo/kubernetes/request-target';

/** What a webhook can be asked about. */
export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE';

/** A validating webhook that refuses whatever it is asked about, as an organisation's change freeze does. */
export interface RefusingWebhook {
  /** As in its configuration, e.g. `weights.example.com`. */
  readonly name: string;
  /** Its words, after the API server's own. */
  readonly message: string;
  /** HTTP status of the refusal. */
  readonly code: number;
  readonly operations: readonly AdmissionOperation[];
  /** Plurals with their group (`virtualservices.networking.istio.io`; core kinds have none); `null`: all. */
  readonly resources: readonly string[] | null;
  /** `null`: all. */
  readonly namespaces: readonly string[] | null;
}

const OPERATIONS: readonly AdmissionOperation[] = ['CREATE', 'UPDATE', 'DELETE'];

/** What organisations' policy engines answer with. */
const DEFAULT_CODE = 403;

/**
 * A webhook as the control API takes it: `name` and `message`, and optionally `code`, `operations`, `resources` and
 * `namespaces`; `{}`, `null` or no body means none. Throws an `Error` that names what is wrong.
 */
export function parseWebhook(body: unknown): RefusingWebhook | null {
  if (body === undefined || body === null) return null;
  if (!isObject(body)) throw new Error('a webhook must be an object');
  if (Object.keys(body).length === 0) return null;
  const [name, message] = [stringOf(body['name']), stringOf(body['message'])];
  if (name === '' || message === '') throw new Error('a webhook needs a name and a message');
  const named = namesOf('operations', body) ?? OPERATIONS;
  const operations = OPERATIONS.filter((operation) => named.includes(operation));
  if (operations.length < named.length) {
    throw new Error(`operations must be among ${OPERATIONS.join(', ')}`);
  }
  const code = body['code'] ?? DEFAULT_CODE;
  if (typeof code !== 'number' || !Number.isInteger(code) || code < 400 || code > 599) {
    throw new Error('code must be an HTTP status from 400 to 599');
  }
  const [resources, namespaces] = [namesOf('resources', body), namesOf('namespaces', body)];
  return { name, message, code, operations, resources, namespaces };
}

function namesOf(field: string, body: JsonObject): readonly string[] | null {
  const value = body[field];
  if (value === undefined || value === null) return null;
  const isNames = Array.isArray(value) && value.every((name) => typeof name === 'string');
  if (!isNames || value.length === 0) throw new Error(`${field} must be a list of names`);
  return value;
}

/** Throws the API server's answer for the first webhook that refuses the request, dry runs included. */
export function askWebhooks(
  webhooks: readonly RefusingWebhook[],
  operation: AdmissionOperation,
  { type, namespace, subresource }: ResourceTarget,
): void {
  const resource = type.group === '' ? type.resource : `${type.resource}.${type.group}`;
  // Webhooks are asked about a subresource only where they name it.
  const refusing = webhooks.find(
    (webhook) =>
      subresource === '' &&
      webhook.operations.includes(operation) &&
      (webhook.resources?.includes(resource) ?? true) &&
      (webhook.namespaces?.includes(namespace) ?? true),
  );
  if (refusing === undefined) return;
  const { name, message, code } = refusing;
  const reason = code === 403 ? 'Forbidden' : 'BadRequest';
  throw new ApiError(code, reason, `admission webhook "${name}" denied the request: ${message}`);
}

/** One entry of `details.causes` of a Kubernetes Status. */
export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** `details` of a Kubernetes Status. `kind` is the resource (plural) or the kind, as the API server does per error. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** Which resource an error speaks of: `resource` is the plural. */
export interface ResourceName {
  readonly group: string;
  readonly resource: string;
  readonly kind: string;
}

/** A failure that is answered as a Kubernetes `Status` object with its HTTP code. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly code: number,
    /** Empty: the Status has none. */
    readonly reason: string,
    message: string,
    /** `null`: the Status has none. */
    readonly details: StatusDetails | null = null,
    readonly continueToken: string | null = null,
  ) {
    super(message);
  }
}

function qualified(resource: ResourceName): string {
  return resource.group === '' ? resource.resource : `${resource.resource}.${resource.group}`;
}

function detailsOf(resource: ResourceName, name: string): StatusDetails {
  const group = resource.group === '' ? {} : { group: resource.group };
  return { ...(name === '' ? {} : { name }), ...group, kind: resource.resource };
}

/** 404 for an object. */
export function notFound(resource: ResourceName, name: string): ApiError {
  const message = `${qualified(resource)} "${name}" not found`;
  return new ApiError(404, 'NotFound', message, detailsOf(resource, name));
}

/** 404 for a path or a kind that is not served; the API server answers it without a Status. */
export class UnknownPath extends ApiError {
  constructor() {
    super(404, 'NotFound', 'the server could not find the requested resource');
  }
}

/** 404 for a path or a kind that is not served. */
export function unknownPath(): ApiError {
  return new UnknownPath();
}

/** 422 for a parameter of a write; `kind` is that of the options, e.g. `CreateOptions`. */
export function invalidOptions(kind: string, cause: StatusCause): ApiError {
  const message = `${kind}.meta.k8s.io "" is invalid: ${cause.field}: ${cause.message}`;
  return new ApiError(422, 'Invalid', message, { group: 'meta.k8s.io', kind, causes: [cause] });
}

/** 409 on create. */
export function alreadyExists(resource: ResourceName, name: string): ApiError {
  const message = `${qualified(resource)} "${name}" already exists`;
  return new ApiError(409, 'AlreadyExists', message, detailsOf(resource, name));
}

/** 409 on a stale write; `detail` is the sentence after the colon. */
export function conflict(resource: ResourceName, name: string, detail: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${detail}`;
  return new ApiError(409, 'Conflict', message, detailsOf(resource, name));
}

/** The sentence of an optimistic locking conflict. */
export const STALE_OBJECT =
  'the object has been modified; please apply your changes to the latest version and try again';

/** 400. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

/** 403, as the authorizer words it. */
export function forbidden(resource: ResourceName, name: string, detail: string): ApiError {
  const object = name === '' ? '' : ` "${name}"`;
  const message = `${qualified(resource)}${object} is forbidden: ${detail}`;
  return new ApiError(403, 'Forbidden', message, detailsOf(resource, name));
}

/** 405 with the Kubernetes wording. */
export function methodNotAllowed(): ApiError {
  return new ApiError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
  );
}

/** 415 naming the types that would do. */
export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  const message =
    'the body of the request was in an unknown format - accepted media types include: ' +
    accepted.join(', ');
  return new ApiError(415, 'UnsupportedMediaType', message);
}

/** 422 with one cause per field. */
export function invalid(
  resource: ResourceName,
  name: string,
  causes: readonly StatusCause[],
): ApiError {
  const kind = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
  // The message says once what the causes may say twice.
  const lines = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
  const text = lines.length === 1 ? (lines[0] ?? '') : `[${lines.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${kind} "${name}" is invalid: ${text}`, {
    ...detailsOf(resource, name),
    kind: resource.kind,
    causes,
  });
}

/** 422 of a JSON patch that could not be applied; the API server does not say which operation failed. */
export function patchRejected(): ApiError {
  return new ApiError(
    422,
    'Invalid',
    'the server rejected our request due to an error in our request',
    {},
  );
}

/** 410 of a watch or list that starts before the kept history. */
export function tooOld(requested: string, oldest: number): ApiError {
  return new ApiError(410, 'Expired', `too old resource version: ${requested} (${oldest})`);
}

/** The `Status` object of a failure. */
export function toStatus(error: ApiError): Record<string, unknown> {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: error.continueToken === null ? {} : { continue: error.continueToken },
    status: 'Failure',
    message: error.message,
    ...(error.reason === '' ? {} : { reason: error.reason }),
    ...(error.details === null ? {} : { details: error.details }),
    code: error.code,
  };
}

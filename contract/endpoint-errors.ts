/** Why an operation fails, by HTTP status. The answer is then a problem document. */
export type EndpointErrors = Readonly<Record<number, string>>;

/** Errors of every operation. */
export const REQUEST_ERRORS: EndpointErrors = {
  400: 'The query or body cannot be read (`detail` names every fault), or the Host header is malformed',
  401: 'Nobody is logged in, or the login has ended',
  421: 'Fanari does not know itself by this host name',
  500: 'Something went wrong in Fanari; its log says more',
};

/** Errors of every operation with a body. */
export const BODY_ERRORS: EndpointErrors = {
  403: 'The page of another site sent the request',
  413: 'The body is too large',
  415: 'The body is not `application/json`',
};

/** Errors of operations that cannot answer without an upstream. */
export const UPSTREAM_ERRORS: EndpointErrors = {
  403: 'The upstream does not let Fanari do this',
  501: 'The upstream is not configured',
  502: 'The upstream cannot be reached, refuses credentials or question, or answers rubbish',
  503: 'The upstream is overloaded',
  504: 'The upstream took too long',
};

/** Errors of operations that write. */
export const WRITE_ERRORS: EndpointErrors = { 403: 'Fanari is read-only' };

/** All errors of an operation: where several sets have one status, their sentences follow each other. */
export function joinErrors(sets: readonly EndpointErrors[]): EndpointErrors {
  const joined: Record<number, string> = {};
  for (const [status, why] of sets.flatMap((set) => Object.entries(set))) {
    const before = joined[Number(status)];
    joined[Number(status)] = before === undefined ? why : `${before}. ${why}`;
  }
  return joined;
}

/** Prometheus's error types, as its HTTP API names them. */
export type QueryErrorType =
  'bad_data' | 'execution' | 'timeout' | 'canceled' | 'internal' | 'unavailable' | 'not_found';

/** A query that Prometheus refuses too; the message is its own wherever it is known. */
export class QueryError extends Error {
  constructor(
    readonly type: QueryErrorType,
    message: string,
  ) {
    super(message);
    this.name = 'QueryError';
  }
}

/** A query that cannot be understood. */
export function parseError(message: string): QueryError {
  return new QueryError('bad_data', message);
}

/** A query that fails while it runs. */
export function executionError(message: string): QueryError {
  return new QueryError('execution', message);
}

/** Two elements of a vector would have the same labels. */
export function duplicateLabelSetError(): QueryError {
  return executionError('vector cannot contain metrics with the same labelset');
}

import type { WriteConflict } from '@/contract/problem';
import type { SourceName } from '@/mesh/gap';

/**
 * Any failed call to the API. `status` 0 means that Fanari itself did not answer (network, stopped server) or answered
 * something that is not its API.
 */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly source: SourceName | null = null,
    readonly conflict: WriteConflict | null = null,
    options?: ErrorOptions,
  ) {
    super(detail === '' ? title : `${title}: ${detail}`, options);
    this.name = 'ApiProblem';
  }

  /** `true` when asking again may help without anybody changing anything. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The problem in anything thrown by a query; foreign errors are wrapped, keeping their message. */
export function toApiProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ApiProblem(0, 'Unexpected failure', message, null, null, { cause: error });
}

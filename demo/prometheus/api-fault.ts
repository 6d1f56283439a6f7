/** A way in which a Prometheus goes wrong, for trying out what its clients make of it. */
export interface PrometheusFault {
  /**
   * `unavailable`: 503. `unprocessable`: 422 with an execution error. `garbage`: 200 and half a JSON text. `nan`: every
   * number is NaN. `unscraped`: it has no series at all, as one that scrapes something else. `slow`: right, but late by `delayMs`. `hang`: connection accepted, no answer.
   */
  readonly kind:
    'unavailable' | 'unprocessable' | 'garbage' | 'nan' | 'unscraped' | 'slow' | 'hang';
  /** For `slow`, milliseconds; default 3,000. */
  readonly delayMs?: number;
}

/** What a client gets in place of an answer. */
export interface FaultyAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** The answer of faults that have one of their own; `null` for those that only change or delay the right one. */
export function faultyAnswer(fault: PrometheusFault): FaultyAnswer | null {
  switch (fault.kind) {
    case 'unavailable':
      return { status: 503, type: 'text/plain; charset=utf-8', body: 'Service Unavailable\n' };
    case 'unprocessable':
      return {
        status: 422,
        type: 'application/json',
        body: '{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory in query execution"}',
      };
    case 'garbage':
      return {
        status: 200,
        type: 'application/json',
        body: '{"status":"success","data":{"resultType":"vector","result":[{"metric":<!doctype',
      };
    default:
      return null;
  }
}

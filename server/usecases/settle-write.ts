import type { SourceErrorKind } from '@/mesh/gap';
import { fail, ok, type Result } from '@/mesh/result';
import type { SourceError } from '@/server/errors';
import type { CallOptions, PatchFault } from '@/server/ports';
import { pause } from '@/server/usecases/pause';

/** As {@link PatchFault}; `unknown`: the write may or may not have been made, and that could not be found out. */
export type WriteFault = PatchFault | { readonly kind: 'unknown'; readonly error: SourceError };

/**
 * What a fresh read tells about a write without a usable answer. `written`: it was made. `unwritten`: what the write is
 * guarded by still holds. `other`: neither, so somebody else has written. `unreadable`: the read told nothing.
 */
export type ReadBack<Value> =
  | { readonly state: 'written'; readonly value: Value }
  | { readonly state: 'unwritten' | 'other' | 'unreadable' };

/** A write whose repetition changes nothing: it is guarded by what it would change, or by a name or uid. */
export interface GuardedWrite<Value> {
  readonly write: () => Promise<Result<Value, PatchFault>>;
  readonly readBack: (options: CallOptions) => Promise<ReadBack<Value>>;
}

/** Waits before each read: the API server may carry a request out after its caller has lost it. */
const WAITS_MS = [0, 1000, 2500];

const READ_DEADLINE_MS = 4000;

/** After these a request may have been carried out; after all others it was not. */
const UNDECIDED: Readonly<Partial<Record<SourceErrorKind, true>>> = {
  unreachable: true,
  timeout: true,
  'bad-response': true,
  overloaded: true,
  aborted: true,
};

/** Failures from before a request was sent. */
const UNSENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$|CERT|SELF_SIGNED|UNABLE_TO/;

function isUndecided(fault: PatchFault): boolean {
  if (fault.kind !== 'source') return false;
  const { kind, cause } = fault.error;
  const code = cause !== null && 'code' in cause ? String(cause.code) : '';
  return UNDECIDED[kind] === true && !UNSENT.test(code);
}

/**
 * Makes a write and finds out what became of it when its answer was lost (timeout, broken connection, rubbish): the
 * object is read back, and a write that is not there is made once more. Whichever of the two comes first, the guards
 * refuse the other, so a late one does no harm. Takes up to some 35 s beyond the write's own deadlines, and does not end
 * with its caller.
 */
export async function settleWrite<Value>({
  write,
  readBack,
}: GuardedWrite<Value>): Promise<Result<Value, WriteFault>> {
  const first = await write();
  if (first.ok || first.error.kind !== 'source' || !isUndecided(first.error)) return first;
  const { error } = first.error;
  let last: PatchFault = first.error;
  let isRepeated = false;
  for (const waitMs of WAITS_MS) {
    await pause(waitMs);
    let seen = await readBack({ signal: AbortSignal.timeout(READ_DEADLINE_MS) });
    if (seen.state === 'unwritten' && !isRepeated) {
      isRepeated = true;
      const again = await write();
      if (again.ok) return again;
      last = again.error;
      seen = await readBack({ signal: AbortSignal.timeout(READ_DEADLINE_MS) });
    }
    if (seen.state === 'written') return ok(seen.value);
    if (seen.state === 'other') return fail({ kind: 'conflict', message: 'It has changed since.' });
    // The API server has refused the very same write, so the first one was refused or will be.
    if (seen.state === 'unwritten' && !isUndecided(last)) return fail(last);
  }
  return fail({ kind: 'unknown', error });
}

import type { Problem } from '@/contract/problem';
import { ok, type Result } from '@/mesh/result';
import { ANYBODY, type Viewer } from '@/server/identity/viewer';

/** Finds out who sent a request. */
export interface Identity {
  /** The viewer of a request; a problem with status 401 where they must log in first. `remote`: as in `Actor`. */
  viewerOf(request: Request, remote: string | null): Promise<Result<Viewer, Problem>>;
}

/** No login: everybody has the rights of Fanari's own account. */
export class AnonymousIdentity implements Identity {
  async viewerOf(): Promise<Result<Viewer, Problem>> {
    return Promise.resolve(ok(ANYBODY));
  }
}

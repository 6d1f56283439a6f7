import { fail, ok } from '@/mesh/result';
import { sourceError } from '@/server/errors';
import type { Access } from '@/server/identity/bearer';
import type { AccountAccess, AccountName, Credential } from '@/server/ports';

/** Stands for an API server that knows some accounts, and counts how often it was asked. */
export class FakeAccounts {
  readonly asked: Credential[] = [];
  isAway = false;

  /** `nameOf`: whose a credential is; `null`: it is not accepted. */
  constructor(private readonly nameOf: (credential: Credential) => AccountName | null) {}

  readonly access: Access = (credential) =>
    ({
      whoAmI: async () => {
        this.asked.push(credential);
        if (this.isAway) return Promise.resolve(fail(sourceError('kubernetes', 'timeout', 'away')));
        const name = this.nameOf(credential);
        return Promise.resolve(
          name === null ? fail(sourceError('kubernetes', 'unauthorized', 'refused')) : ok(name),
        );
      },
    }) as unknown as AccountAccess;
}

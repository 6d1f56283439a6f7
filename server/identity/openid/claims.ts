import { fail, ok, type Result } from '@/mesh/result';
import type { Person } from '@/server/identity/impersonation';

/** Which claims name a user and their groups; as the settings of the API server of the same names. */
export interface ClaimRules {
  readonly issuer: string;
  readonly usernameClaim: string;
  /** `-`: nothing; `null`: what the API server would put. */
  readonly usernamePrefix: string | null;
  readonly groupsClaim: string | null;
  readonly groupsPrefix: string | null;
}

type Claims = Readonly<Record<string, unknown>>;

function prefixOf({ usernamePrefix, usernameClaim, issuer }: ClaimRules): string {
  if (usernamePrefix === '-') return '';
  if (usernamePrefix !== null) return usernamePrefix;
  return usernameClaim === 'email' ? '' : `${issuer}#`;
}

function groupsOf(
  claims: Claims,
  { groupsClaim, groupsPrefix }: ClaimRules,
): Result<readonly string[], string> {
  const value = groupsClaim === null ? undefined : claims[groupsClaim];
  if (value === undefined || value === null) return ok([]);
  const groups: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!groups.every((group) => typeof group === 'string')) {
    return fail('The groups in the ID token are not texts.');
  }
  return ok(groups.map((group) => (groupsPrefix ?? '') + group));
}

/** Who an ID token is about, named as the API server would name them if it trusted the issuer. */
export function toPerson(claims: Claims, rules: ClaimRules): Result<Person, string> {
  const name = claims[rules.usernameClaim];
  if (typeof name !== 'string' || name === '') {
    return fail(`The ID token has no claim "${rules.usernameClaim}" that names the user.`);
  }
  // An address that nobody has proven to be theirs is anybody's.
  if (
    rules.usernameClaim === 'email' &&
    'email_verified' in claims &&
    claims['email_verified'] !== true
  ) {
    return fail('The provider has not verified the e-mail address.');
  }
  const groups = groupsOf(claims, rules);
  return groups.ok ? ok({ user: prefixOf(rules) + name, groups: groups.value }) : groups;
}

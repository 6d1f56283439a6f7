import { fail, ok, type Result } from '@/mesh/result';
import type { Credential } from '@/server/ports';

/** Somebody as a provider or a proxy names them. */
export interface Person {
  readonly user: string;
  readonly groups: readonly string[];
}

const MOST_GROUPS = 500;
const MOST_CHARACTERS = 1_000;

/** Why a name is not used; `null` when it may be. `what`: at the start of the sentence. */
function faultOf(what: string, name: string): string | null {
  if (name === '') return `${what} is empty.`;
  if (name.length > MOST_CHARACTERS) return `${what} is too long.`;
  // Spaces at an end are dropped on the way, so that another name would arrive.
  if (name.trim() !== name) return `${what} begins or ends with a space.`;
  if (/\p{Cc}/u.test(name)) return `${what} holds a control character.`;
  // Kubernetes keeps these for itself: system:masters may do everything.
  if (/^system:/i.test(name))
    return `${what} begins with "system:", which Kubernetes keeps for itself.`;
  return null;
}

/**
 * The credential by which Fanari's account acts as somebody. No claim and no header makes an administrator or a part of
 * Kubernetes: names that it keeps for itself are refused altogether, as is what would arrive as another name.
 */
export function toImpersonation({
  user,
  groups,
}: Person): Result<Credential & { readonly kind: 'impersonate' }, string> {
  const unique = [...new Set(groups)];
  if (unique.length > MOST_GROUPS) return fail(`There are more than ${MOST_GROUPS} groups.`);
  const fault =
    faultOf('The name of the user', user) ??
    unique.map((group) => faultOf('The name of a group', group)).find((one) => one !== null) ??
    null;
  return fault === null ? ok({ kind: 'impersonate', user, groups: unique }) : fail(fault);
}

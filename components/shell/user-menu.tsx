'use client';

import { useMutation } from '@tanstack/react-query';
import { IconUser } from '@tabler/icons-react';
import type { JSX } from 'react';
import { toApiProblem } from '@/components/queries/api-problem';
import { logOut } from '@/components/queries/session-query';
import classes from '@/components/shell/user-menu.module.css';
import { Popup } from '@/components/ui/popup';
import type { SessionResponse } from '@/contract/session';

/** Who is logged in, with their groups and the way out. */
export function UserMenu({ session }: { readonly session: SessionResponse }): JSX.Element {
  const leaving = useMutation({ mutationFn: logOut });
  const name = session.user ?? 'Logged in';
  return (
    <Popup
      label="Your login"
      side="below"
      buttonProps={{ className: classes.button, 'aria-label': `Your login: ${name}` }}
      button={
        <>
          <IconUser size={16} stroke={1.6} aria-hidden />
          <span className={classes.name}>{shortName(name)}</span>
        </>
      }
    >
      <p className={classes.user}>{name}</p>
      {session.groups.length > 0 && (
        <ul className={classes.groups} aria-label="Groups">
          {session.groups.map((group) => (
            <li key={group}>{group}</li>
          ))}
        </ul>
      )}
      {session.canLogOut ? (
        <button
          type="button"
          className={classes.leave}
          disabled={leaving.isPending}
          onClick={() => leaving.mutate()}
          data-autofocus
        >
          Log out
        </button>
      ) : (
        <p className={classes.note}>The proxy in front of Fanari logs you in.</p>
      )}
      {leaving.error !== null && (
        <p role="alert" className={classes.fault}>
          Not logged out. {toApiProblem(leaving.error).message}
        </p>
      )}
    </Popup>
  );
}

/** Without the issuer or the namespace that stands before a name; the whole one is in the menu. */
function shortName(name: string): string {
  const end = name.split(/[#:/]/).at(-1) ?? '';
  return end === '' ? name : end;
}

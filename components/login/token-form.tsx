'use client';

import { useMutation } from '@tanstack/react-query';
import { useId, useState, type JSX } from 'react';
import classes from '@/components/login/login-page.module.css';
import { toApiProblem } from '@/components/queries/api-problem';
import { logInWithToken } from '@/components/queries/session-query';

/** Takes a token of the API server, keeps it nowhere, and says why it was not accepted. */
export function TokenForm({ onLoggedIn }: { readonly onLoggedIn: () => void }): JSX.Element {
  const id = useId();
  const [token, setToken] = useState('');
  const login = useMutation({
    mutationFn: logInWithToken,
    onSuccess: () => {
      setToken('');
      onLoggedIn();
    },
  });
  const isBusy = login.isPending || login.isSuccess;
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        login.mutate(token);
      }}
    >
      <label htmlFor={id}>Token</label>
      <input
        id={id}
        type="password"
        className={classes.input}
        value={token}
        onChange={(event) => setToken(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        required
        autoFocus
        aria-describedby={`${id}-hint`}
      />
      <p id={`${id}-hint`} className={classes.hint}>
        A token that the Kubernetes API server accepts: your own, or one of a service account, as{' '}
        <code>kubectl create token</code> makes them. You see and do here what it may.
      </p>
      {login.error !== null && (
        <p role="alert" className={classes.fault}>
          {toApiProblem(login.error).message}
        </p>
      )}
      <button type="submit" className={classes.action} disabled={isBusy || token.trim() === ''}>
        Log in
      </button>
    </form>
  );
}

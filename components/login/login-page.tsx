'use client';

import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import type { JSX, ReactNode } from 'react';
import { faultText } from '@/components/login/fault-text';
import classes from '@/components/login/login-page.module.css';
import { TokenForm } from '@/components/login/token-form';
import { basePath } from '@/components/queries/api-url';
import { openIdUrl } from '@/components/queries/login-url';
import { sessionQuery } from '@/components/queries/session-query';
import { LanternMark } from '@/components/shell/lantern-mark';
import { returnPath } from '@/contract/return-path';
import type { SessionResponse } from '@/contract/session';

/** Where people log in; leads to the page that they came from. */
export function LoginPage(): JSX.Element {
  const parameters = useSearchParams();
  const returnTo = returnPath(parameters.get('returnTo'));
  const fault = faultText(parameters.get('fault'));
  const { data: session, isError } = useQuery(sessionQuery());
  return (
    <div className={classes.page}>
      <section className={classes.card} aria-labelledby="login-title">
        <h1 id="login-title" className={classes.title}>
          <LanternMark size={36} />
          Log in to Fanari
        </h1>
        {fault !== null && (
          <p role="alert" className={classes.fault}>
            {fault}
          </p>
        )}
        {isError && session === undefined ? (
          <p role="alert" className={classes.fault}>
            Fanari does not answer. The page tries again when you come back to it.
          </p>
        ) : (
          session !== undefined && <WayIn session={session} returnTo={returnTo} />
        )}
      </section>
    </div>
  );
}

function WayIn(props: {
  readonly session: SessionResponse;
  readonly returnTo: string;
}): JSX.Element {
  const { session, returnTo } = props;
  const goOn = () => window.location.assign(basePath() + returnTo);
  if (session.isLoggedIn) return <LoggedIn user={session.user} goOn={goOn} />;
  switch (session.strategy) {
    case 'token':
      return <TokenForm onLoggedIn={goOn} />;
    case 'openid':
      return (
        <Paragraph
          text={`You log in at ${session.provider ?? 'your provider'} and come back here.`}
        >
          <a className={classes.action} href={openIdUrl(returnTo)}>
            Log in
          </a>
        </Paragraph>
      );
    case 'header':
      return (
        <Paragraph text="A proxy in front of Fanari logs people in, and it did not say who you are. Open Fanari by the address of that proxy.">
          <button type="button" className={classes.action} onClick={goOn}>
            Try again
          </button>
        </Paragraph>
      );
    case 'anonymous':
      return <LoggedIn user={null} goOn={goOn} />;
  }
}

function LoggedIn(props: { readonly user: string | null; readonly goOn: () => void }): JSX.Element {
  const text =
    props.user === null ? 'There is nothing to log in to here.' : `You are ${props.user}.`;
  return (
    <Paragraph text={text}>
      <button type="button" className={classes.action} onClick={props.goOn}>
        Continue
      </button>
    </Paragraph>
  );
}

function Paragraph(props: { readonly text: string; readonly children: ReactNode }): JSX.Element {
  return (
    <>
      <p className={classes.text}>{props.text}</p>
      {props.children}
    </>
  );
}

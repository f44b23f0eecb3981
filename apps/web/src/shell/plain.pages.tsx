import { Link, useRouter } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { inPlainWords } from '../api/problem';
import { Page } from '../parts/page';
import { homeOf } from './places';
import { useMay, useSession } from './session';

export function NotFoundPage(): ReactElement {
  return (
    <Page title="Page not found">
      <p>If you typed the address, check it. If you followed a link, it may be old.</p>
      <p>
        <Link to="/">Go to your desk</Link>
      </p>
    </Page>
  );
}

export function BrokenPage({ error }: { error: unknown }): ReactElement {
  const router = useRouter();
  return (
    <Page title="This page stopped working">
      <p role="alert">{inPlainWords(error)}</p>
      <div className="btns">
        <button type="button" className="btn q" onClick={() => void router.invalidate()}>
          Try again
        </button>
        <Link to="/">Go to your desk</Link>
      </div>
    </Page>
  );
}

/** Shows a page only to someone whose role may use it, and says so plainly to others. */
export function Desk({ needs, children }: { needs: string; children: ReactNode }): ReactElement {
  const may = useMay(needs);
  const session = useSession();
  if (may || !session) return <>{children}</>;
  return (
    <Page title="Not one of your desks">
      <p>
        You are signed in as {session.user.name}, and this page is for another role.
        {homeOf(session) === null
          ? ' Your account has no desk yet: ask whoever looks after your organisation’s accounts.'
          : null}
      </p>
      {homeOf(session) === null ? null : (
        <p>
          <Link to="/">Go to your desk</Link>
        </p>
      )}
    </Page>
  );
}

/** Where signing in again in a new tab ends: the work is in the other one. */
export function SignedInPage(): ReactElement {
  return (
    <Page title="You are signed in">
      <p>Close this tab and carry on where you were.</p>
    </Page>
  );
}

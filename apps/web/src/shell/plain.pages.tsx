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

/** What someone needs to know on their first day, on one page. */
export function HelpPage(): ReactElement {
  return (
    <Page title="Help" lede="What each desk is for, and what to expect of it.">
      <div className="prose">
        <h2>Working the list</h2>
        <p>
          <strong>Work</strong> shows what your team must do, the most needed first. Open a row to see who it is about,
          why they were found and what to ask. Choose what happened and save: the next step starts by itself. You can
          give a claimed task back at any time.
        </p>
        <p>
          New work is counted at the top of the list and never moves the rows under your hand. Press the count to show
          it.
        </p>
        <h2>Keys</h2>
        <p>
          Every list and form works by keyboard. On the Work desk single keys are quicker: press <kbd>?</kbd> for all of
          them, and to switch them off.
        </p>
        <h2>Answering a referral</h2>
        <p>
          <strong>Referrals</strong> shows what a partner service was asked. The name and contact details are shown once
          the service accepts. If there is no answer by the date, another service is asked.
        </p>
        <h2>What is recorded</h2>
        <p>
          Opening a person’s record is recorded with your name and the time, and so is every change. A privacy officer
          reads these records. Look only at people you are helping.
        </p>
        <h2>If someone asks us to stop</h2>
        <p>
          Open their record and choose <em>Stop contact</em>. It takes effect at once: everything under way for them
          ends and nothing more is sent.
        </p>
        <h2>Small numbers in reports</h2>
        <p>
          A star in a report hides a count so small that someone could be picked out, or one that would let it be worked
          out.
        </p>
        <h2>Demo history</h2>
        <p>
          Items with this tag were written when this copy of Fairway was first started, so that no desk is empty. They
          happened to nobody.
        </p>
      </div>
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

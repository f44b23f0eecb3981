import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState, useSyncExternalStore, type ReactElement } from 'react';
import { useChanges } from '../api/changes';
import { whenSignedOut, type Fairway } from '../api/fairway';
import type { SignedIn } from '../api/views';
import { Dialog } from '../parts/dialog';
import { Loaded } from '../parts/loaded';
import { Notices } from '../parts/notices';
import { KeysDialog } from './keys-dialog';
import { useKeys } from './keys';
import { here, SessionContext, signInAddress } from './session';
import { SignInPage } from './sign-in.page';
import { TopBar } from './top-bar';

const OPEN_TO_ALL = ['/welcome', '/help', '/signed-in'];

/** Around every page: who is signed in, the bar, and what is said when the session or the connection goes. */
export function Shell({ api }: { api: Pick<Fairway, 'session' | 'signOut'> }): ReactElement {
  const client = useQueryClient();
  const path = useRouterState({ select: (state) => (state.resolvedLocation ?? state.location).pathname });
  const query = useQuery({
    queryKey: ['session'],
    queryFn: api.session,
    refetchOnWindowFocus: 'always',
    staleTime: 30_000,
  });
  const [held, setHeld] = useState<SignedIn | null>(null);
  const [keys, setKeys] = useState(false);
  const now = query.data?.signedIn === true ? query.data : null;

  useEffect(() => whenSignedOut(() => void client.invalidateQueries({ queryKey: ['session'] })), [client]);
  useEffect(() => {
    if (!now) return;
    // Someone else signed in in another tab: nothing on this screen is theirs to see.
    if (held && held.user.id !== now.user.id) window.location.reload();
    setHeld(now);
  }, [now, held]);
  useChanges(now !== null);
  useFocusOnNewPage(path);
  useKeys({ '?': () => setKeys(true) });

  const signOut = async (): Promise<void> => {
    const answer = await api.signOut();
    window.location.assign(answer.redirectTo);
  };
  const session = now ?? held;
  return (
    <SessionContext value={session}>
      <Notices>
        <a className="nhsuk-skip-link" href="#main">
          Skip to main content
        </a>
        <TopBar session={session} onKeys={() => setKeys(true)} onSignOut={() => void signOut()} />
        <Offline />
        <main id="main" tabIndex={-1}>
          {session || OPEN_TO_ALL.includes(path) ? (
            <Outlet />
          ) : (
            <Loaded query={query} what="Fairway">
              {(data) => <SignInPage mode={data.mode} />}
            </Loaded>
          )}
        </main>
        {held && query.data?.signedIn === false ? <SignedOut onBack={() => void query.refetch()} /> : null}
        {keys ? <KeysDialog onClose={() => setKeys(false)} /> : null}
      </Notices>
    </SessionContext>
  );
}

/** Covers what is on screen, which is no longer theirs to see, and keeps it, so that nothing typed is lost. */
function SignedOut({ onBack }: { onBack: () => void }): ReactElement {
  return (
    <Dialog title="You have been signed out" className="cover">
      <p>This happens after a while without use. What you were doing is kept here.</p>
      <div className="btns">
        <a className="btn" href={signInAddress('/signed-in')} target="_blank" rel="noopener">
          Sign in again (opens a new tab)
        </a>
        <button type="button" className="btn q" onClick={onBack}>
          I have signed in
        </button>
      </div>
      <p className="quiet">
        Or <a href={signInAddress(here())}>sign in here and lose what you typed</a>.
      </p>
    </Dialog>
  );
}

function Offline(): ReactElement {
  const online = useSyncExternalStore(
    (listener) => {
      window.addEventListener('online', listener);
      window.addEventListener('offline', listener);
      return () => {
        window.removeEventListener('online', listener);
        window.removeEventListener('offline', listener);
      };
    },
    () => navigator.onLine,
  );
  return (
    <div role="status" className="offline">
      {online ? null : (
        <p>
          <strong>You are offline.</strong> What you see may be out of date, and nothing is saved until you are back.
        </p>
      )}
    </div>
  );
}

/** After a change of page, a keyboard or screen reader starts at the page, not in the bar it left. */
function useFocusOnNewPage(path: string): void {
  const last = useRef(path);
  useEffect(() => {
    if (last.current === path) return;
    const sameDesk = path.startsWith('/work') && last.current.startsWith('/work');
    last.current = path;
    if (sameDesk) return;
    window.scrollTo(0, 0);
    const heading = document.querySelector<HTMLElement>('main h1');
    (heading ?? document.getElementById('main'))?.focus({ preventScroll: true });
  }, [path]);
}

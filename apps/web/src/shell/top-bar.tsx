import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState, type FormEvent, type ReactElement } from 'react';
import type { SignedIn } from '../api/views';
import { sentence } from '../words/words';
import { useKeys } from './keys';
import { placesOf } from './places';
import { here, signInAddress } from './session';

/** The bar over every page: the desks this person may use, finding a person, who is signed in. */
export function TopBar({
  session,
  onKeys,
  onSignOut,
}: {
  session: SignedIn | null;
  onKeys: () => void;
  onSignOut: () => void;
}): ReactElement {
  const [open, setOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => setOpen(false), [path]);
  const places = session ? placesOf(session) : [];
  return (
    <header className={open ? 'bar open' : 'bar'}>
      <Link to="/" className="mark">
        <Mark />
        Fairway
      </Link>
      {session ? (
        <>
          <button
            type="button"
            className="menu-button"
            aria-expanded={open}
            aria-controls="menu"
            onClick={() => setOpen(!open)}
          >
            Menu
          </button>
          <div className="menu" id="menu">
            <nav aria-label="Desks">
              {places.map((place) => (
                <Link key={place.to} to={place.to} activeOptions={{ includeSearch: false }}>
                  {place.name}
                </Link>
              ))}
            </nav>
            {session.permissions.includes('people:read') ? <FindPerson /> : null}
            <div className="who">
              <span>{session.user.name}</span>
              <span>{session.user.team?.name ?? session.user.organisation.name}</span>
            </div>
            <div className="bar-acts">
              <Link to="/help">Help</Link>
              <button type="button" onClick={onKeys}>
                Keys
              </button>
              <button type="button" onClick={onSignOut} aria-label={`Sign out ${sentence(session.user.name)}`}>
                Sign out
              </button>
            </div>
          </div>
        </>
      ) : (
        <div className="bar-acts alone">
          <Link to="/help">Help</Link>
          <a href={signInAddress(path === '/welcome' || path === '/help' ? '/' : here())}>Sign in</a>
        </div>
      )}
    </header>
  );
}

/** What is looked for goes in the page's state, not its address, which histories and logs would keep. */
function FindPerson(): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  useKeys({
    '/': () => {
      // On a phone the bar's field is folded away: the page has its own.
      const fields = [...document.querySelectorAll<HTMLInputElement>('input[type=search]')];
      fields.find((one) => one.checkVisibility())?.focus();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const text = field.current?.value.trim() ?? '';
    if (text === '') return;
    if (field.current) field.current.value = '';
    void navigate({ to: '/people', state: { find: text } });
  };
  return (
    <form role="search" className="find" onSubmit={submit}>
      <input
        ref={field}
        type="search"
        aria-label="Find a person"
        placeholder="Find a person"
        autoComplete="off"
        maxLength={100}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}

/** A flag on a green: what a fairway leads to. */
export function Mark(): ReactElement {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
      <path d="M7 3v17" stroke="#fff" strokeWidth="2" />
      <path d="M8 3.5l12 4.2-12 4.2z" fill="#41b6e6" />
      <path d="M2.5 21.5h11" stroke="#41b6e6" strokeWidth="1.5" />
    </svg>
  );
}

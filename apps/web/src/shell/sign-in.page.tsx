import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Session } from '../api/views';
import { Heading, useTitle } from '../parts/page';
import { here, signInAddress } from './session';

export function SignInPage({ mode }: { mode: Session['mode'] }): ReactElement {
  useTitle('Sign in');
  return (
    <div className="door">
      <Heading>Sign in to Fairway</Heading>
      <p>Fairway finds people who would benefit from help, gets the help to them, and shows what it changed.</p>
      <p>
        <a className="btn big" href={signInAddress(here())}>
          Sign in
        </a>
      </p>
      {mode === 'embedded' ? (
        <p>
          First time here? <Link to="/welcome">See who to sign in as and what to try</Link>.
        </p>
      ) : (
        <p className="quiet">Use the account your organisation gave you. What you look at is recorded.</p>
      )}
    </div>
  );
}

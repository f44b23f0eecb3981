import { Fault } from '#platform/kernel';

/** Thrown when nobody is signed in: no session or token, or one that has ended. */
export class NotSignedIn extends Fault {
  readonly kind = 'unauthenticated';
  readonly code = 'identity.not_signed_in';
  constructor() {
    super('Nobody is signed in, or the session has ended.');
  }
}

/** Thrown when the caller's role or scopes do not allow the act. */
export class NotAllowed extends Fault {
  readonly kind = 'refused';
  readonly code = 'identity.not_allowed';
  constructor(permission: string) {
    super('Your role does not allow this.', { permission });
  }
}

/** Thrown when a change is asked for without proof that our own page asks. */
export class CsrfWrong extends Fault {
  readonly kind = 'refused';
  readonly code = 'identity.csrf_wrong';
  constructor() {
    super('The request did not come from a page of this session. Reload the page and try again.');
  }
}

/** Thrown when the provider vouches for somebody whom Fairway cannot place. `claim` says what is missing or unknown. */
export class AccountRefused extends Fault {
  readonly kind = 'refused';
  readonly code = 'identity.account_refused';
  constructor(readonly claim: 'fairway_role' | 'fairway_organisation' | 'fairway_team') {
    super('This account is not set up for Fairway.', { claim });
  }
}

/** Thrown when a log-in was cancelled, took too long, or does not fit the one that was begun. */
export class SignInFailed extends Fault {
  readonly kind = 'invalid';
  readonly code = 'identity.sign_in_failed';
  constructor(readonly because: 'cancelled' | 'expired' | 'refused') {
    super('The log-in did not succeed.', { because });
  }
}

/** Thrown when the identity provider does not answer. */
export class ProviderUnavailable extends Fault {
  readonly kind = 'unavailable';
  readonly code = 'identity.provider_unavailable';
  constructor() {
    super('The log-in service does not answer just now.');
  }
}

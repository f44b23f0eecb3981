import { AccountRefused, ProviderUnavailable, SignInFailed } from '#platform/identity';
import type { Page } from '../http/page.js';

/** What somebody reads when a log-in went wrong, with the status to say it by; null when it is no such matter. */
export function pageAbout(error: unknown): { page: Page; status: number } | null {
  if (error instanceof AccountRefused) return { page: refusedPage(error.claim), status: 403 };
  if (error instanceof ProviderUnavailable) return { page: UNAVAILABLE, status: 503 };
  if (error instanceof SignInFailed) return { page: FAILED[error.because], status: 400 };
  return null;
}

const again = (text: string, address = '/auth/login'): string => `<p><a href="${address}">${text}</a></p>`;

const FAILED: Readonly<Record<SignInFailed['because'], Page>> = {
  cancelled: {
    bar: 'Fairway',
    title: 'You did not log in – Fairway',
    body: `<h1>You did not log in</h1>
<p>The log-in was cancelled. Nothing was changed.</p>
${again('Log in')}`,
  },
  expired: {
    bar: 'Fairway',
    title: 'This log-in has ended – Fairway',
    body: `<h1>This log-in has ended</h1>
<p>It took longer than 15 minutes, was already used, or was begun in another browser.</p>
${again('Log in again')}`,
  },
  refused: {
    bar: 'Fairway',
    title: 'The log-in did not succeed – Fairway',
    body: `<h1>The log-in did not succeed</h1>
<p>The log-in service and Fairway did not agree. Try once more. If it happens again, tell whoever runs Fairway for you.</p>
${again('Log in again', '/auth/login?again=yes')}`,
  },
};

const UNAVAILABLE: Page = {
  bar: 'Fairway',
  title: 'Logging in is not possible just now – Fairway',
  body: `<h1>Logging in is not possible just now</h1>
<p>The log-in service does not answer. Wait a minute, then try again. Your work is safe.</p>
${again('Try again')}`,
};

const WRONG_CLAIM: Readonly<Record<AccountRefused['claim'], string>> = {
  fairway_role: 'It has no role that Fairway knows.',
  fairway_organisation: 'It does not say which organisation you work for.',
  fairway_team: 'It does not say which team you work in, and your role needs one.',
};

function refusedPage(claim: AccountRefused['claim']): Page {
  return {
    bar: 'Fairway',
    title: 'Your account is not set up for Fairway',
    body: `<h1>Your account is not set up for Fairway</h1>
<p>You logged in, but Fairway cannot tell what you may do here. ${WRONG_CLAIM[claim]}</p>
<p>Ask whoever looks after accounts in your organisation to set <strong>${claim}</strong>.</p>
${again('Log in as someone else', '/auth/login?again=yes')}`,
  };
}

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { readForm } from './form.ts';
import { escapeHtml, type Page, sendPage } from './page.ts';
import { DEMO_PEOPLE, findDemoPerson } from './people.ts';

const TRIES = 5;
const WAIT_SECONDS = 60;

/** Holds off guessing: after five wrong passwords in a row a user name has to wait a minute. */
export class Attempts {
  private readonly wrong = new Map<string, { count: number; until: number }>();

  /** Seconds to wait before the next try; 0 when it may be tried now. */
  waitFor(username: string, now: number): number {
    const entry = this.wrong.get(username);
    return entry && entry.count >= TRIES && entry.until > now ? Math.ceil((entry.until - now) / 1000) : 0;
  }

  failed(username: string, now: number): void {
    const before = this.wrong.get(username);
    const count = before && before.until > now ? before.count + 1 : 1;
    this.wrong.set(username, { count, until: now + WAIT_SECONDS * 1000 });
  }

  succeeded(username: string): void {
    this.wrong.delete(username);
  }
}

export interface LogInSettings {
  readonly publicUrl: string;
  readonly password: string;
}

/** Answers `/log-in/:uid`: shows the page, checks what is posted, hands the person back to the provider. */
export function logInPages(provider: Provider, { publicUrl, password }: LogInSettings) {
  const attempts = new Attempts();

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const interaction = await provider.interactionDetails(request, response).catch(() => null);
    if (!interaction || interaction.prompt.name !== 'login') return sendPage(response, expiredPage(publicUrl));
    if (request.method !== 'POST') return sendPage(response, logInPage({ publicUrl, password }));

    const form = await readForm(request);
    if (form.has('cancel')) {
      return provider.interactionFinished(request, response, {
        error: 'access_denied',
        error_description: 'The log-in was cancelled.',
      });
    }
    const username = (form.get('username') ?? '').trim().toLowerCase();
    const problem = checkFilledIn(username, form.get('password') ?? '');
    if (problem) return sendPage(response, logInPage({ publicUrl, password, username, problem }));

    const person = findDemoPerson(username);
    // All unknown names share one entry, so that the memory of wrong tries stays small.
    const counted = person ? person.username : '';
    const wait = attempts.waitFor(counted, Date.now());
    if (wait > 0) return sendPage(response, logInPage({ publicUrl, password, username, problem: tooMany(wait) }));
    if (!person || !sameText(form.get('password') ?? '', password)) {
      attempts.failed(counted, Date.now());
      return sendPage(response, logInPage({ publicUrl, password, username, problem: WRONG }));
    }
    attempts.succeeded(counted);
    return provider.interactionFinished(request, response, { login: { accountId: person.username, remember: false } });
  };
}

interface Problem {
  readonly field: 'username' | 'password';
  readonly text: string;
  readonly status: number;
}

const WRONG: Problem = { field: 'username', text: 'The user name or the password is not right', status: 422 };

function tooMany(seconds: number): Problem {
  return { field: 'username', text: `Too many wrong tries. Wait ${seconds} seconds, then try again`, status: 429 };
}

function checkFilledIn(username: string, password: string): Problem | null {
  if (!username) return { field: 'username', text: 'Enter your user name', status: 422 };
  if (!password) return { field: 'password', text: 'Enter your password', status: 422 };
  return null;
}

interface LogInView extends LogInSettings {
  readonly username?: string;
  readonly problem?: Problem;
}

function logInPage({ publicUrl, password, username = '', problem }: LogInView): Page {
  const cards = DEMO_PEOPLE.map(
    (person) => `<li><form method="post">
<input type="hidden" name="username" value="${escapeHtml(person.username)}">
<input type="hidden" name="password" value="${escapeHtml(password)}">
<button class="plain" aria-describedby="does-${escapeHtml(person.username)}">${escapeHtml(person.name)}</button>
<p id="does-${escapeHtml(person.username)}">${escapeHtml(person.does)}</p>
</form></li>`,
  );
  const field = (name: Problem['field'], label: string, type: string, more: string): string => {
    const wrong = problem?.field === name ? problem.text : null;
    return `<div class="field">
<label for="${name}">${label}</label>
${wrong ? `<span class="wrong" id="${name}-wrong">Error: ${escapeHtml(wrong)}</span>` : ''}
<input id="${name}" name="${name}" type="${type}" ${more}${wrong ? ` aria-invalid="true" aria-describedby="${name}-wrong"` : ''}>
</div>`;
  };
  const summary = problem
    ? `<div class="problem" role="alert"><h2>There is a problem</h2><a href="#${problem.field}">${escapeHtml(problem.text)}</a></div>`
    : '';
  return {
    title: `${problem ? 'Error: ' : ''}Log in – Fairway`,
    home: publicUrl,
    mark: 'Fairway',
    status: problem?.status,
    // The answer to a form is followed through the provider back to Fairway, which browsers count as its target.
    formsMayReach: new URL(publicUrl).origin,
    body: `${summary}
<h1>Log in to the Fairway demo</h1>
<p>Nobody here is a real person. Choose who to be:</p>
<ul class="cards">
${cards.join('\n')}
</ul>
<h2>Or log in with a user name and password</h2>
<form method="post" class="card" novalidate>
${field('username', 'User name', 'text', `autocomplete="username" spellcheck="false" autocapitalize="none" value="${escapeHtml(username)}"`)}
${field('password', 'Password', 'password', 'autocomplete="current-password"')}
<button>Log in</button>
</form>
<form method="post"><button class="plain" name="cancel" value="yes">Cancel and go back to Fairway</button></form>`,
  };
}

function expiredPage(publicUrl: string): Page {
  return {
    title: 'This log-in has ended – Fairway',
    home: publicUrl,
    mark: 'Fairway',
    status: 400,
    body: `<h1>This log-in has ended</h1>
<p>It was already used, or it was open for more than an hour.</p>
<p><a href="${escapeHtml(publicUrl)}/auth/login">Start again</a></p>`,
  };
}

/** Compares without telling by its time how much was right. */
function sameText(given: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}

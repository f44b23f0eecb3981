import { type Answer, frameOf, LATER, type ReplyPage } from '#care/contact';
import { escapeHtml, type Page } from '../http/page.js';

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'Europe/London' });

const FOOT =
  'We will not ask for your password or bank details. Do you need this page in big print, in sign language or in your own language? Ask your GP surgery.';

/** One question, big answers, a way to stop. Nothing here says whose page it is. */
export function questionPage(shown: ReplyPage): Page {
  const { heading, body, language, answers, worksUntil, programmeTitle } = shown;
  return {
    bar: programmeTitle,
    title: heading,
    body: `<div lang="${escapeHtml(language)}">
<h1>${escapeHtml(heading)}</h1>
${paragraphs(body)}
</div>
${answers.map((answer) => formOf(answer, shown)).join('\n')}
<p class="small">This page works until ${DAY.format(worksUntil)}. ${FOOT}</p>`,
  };
}

/** In the language of the template: words in it reach people only once its translation has been checked. */
function formOf(answer: Answer, { purpose, yesLabel, language }: ReplyPage): string {
  const labels = frameOf(language).answers;
  const button = (kind: 'first' | 'other' | 'link', label: string, named = ''): string =>
    `<button class="${kind}" lang="${escapeHtml(language)}"${named}>${escapeHtml(label)}</button>`;
  switch (answer) {
    case 'yes':
      return form(answer, button('first', yesLabel));
    case 'not-now':
    case 'sorted':
      return form(answer, button('other', labels[answer]));
    case 'later':
      return form(
        answer,
        LATER.map((when) => button('other', labels[when], ` name="when" value="${when}"`)).join('\n'),
      );
    case 'stop':
      return form(answer, button(purpose === 'stop' ? 'first' : 'link', labels.stop));
  }
}

const form = (answer: Answer, buttons: string): string =>
  `<form method="post">\n<input type="hidden" name="answer" value="${answer}">\n${buttons}\n</form>`;

/** After an answer, and for whoever comes back to a link that was used. */
export function answeredPage({ programmeTitle, answered, thanks, until, language }: ReplyPage): Page {
  const title = answered === 'stop' ? 'We will stop' : 'Thank you, we have your answer';
  const next = thanks
    ? `<div lang="${escapeHtml(language)}">\n${paragraphs(thanks)}\n</div>`
    : paragraphs(nextAfter(answered, until));
  return {
    bar: programmeTitle,
    title,
    body: `<h1>${title}</h1>
${next}
<p class="small">You can close this page now. Do you want to change your answer? Call your GP surgery.</p>`,
  };
}

function nextAfter(answered: Answer | null, until: Date | null): string {
  switch (answered) {
    case 'not-now':
      return 'We will leave it for now.';
    case 'later':
      return until ? `We will ask you again on or after ${DAY.format(until)}.` : 'We will ask you again.';
    case 'sorted':
      return 'We are glad that it is sorted.';
    case 'stop':
      return 'We will not contact you about this again. Your care does not change.';
    case 'yes':
    case null:
      return 'Your answer has reached us.';
  }
}

export const expiredPage: Page = plain(
  'This page no longer works',
  'The time to answer has passed. Would you still like the help? Call your GP surgery and tell them about our message.',
);

export const closedPage: Page = plain(
  'There is nothing to answer any more',
  'This was sorted out since we wrote to you. You do not need to do a thing.',
);

export const unknownPage: Page = plain(
  'We do not know this link',
  'Did you copy all of the link from our message? If it still does not work, call your GP surgery.',
);

function plain(title: string, says: string): Page {
  return { title, body: `<h1>${title}</h1>\n<p>${says}</p>` };
}

const paragraphs = (text: string): string =>
  text
    .split(/\n\s*\n/)
    .map((part) => `<p>${escapeHtml(part.trim())}</p>`)
    .join('\n');

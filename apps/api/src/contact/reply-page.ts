import type { Answer, ReplyPage } from '#care/contact';
import { escapeHtml, type Page } from '../http/page.js';

const NOT_NOW = 'Not now, ask me later';
const SORTED = 'It’s already sorted';
const STOP = 'Stop contacting me about this';

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'Europe/London' });

/** One question, three big answers, a way to stop. Nothing here says whose page it is. */
export function questionPage(shown: ReplyPage): Page {
  const { purpose, heading, body, yesLabel, answers, worksUntil, programmeTitle } = shown;
  const wording: readonly (readonly [Answer, string, string])[] =
    purpose === 'stop'
      ? [['stop', STOP, 'first']]
      : [
          ['yes', yesLabel, 'first'],
          ['not-now', NOT_NOW, 'other'],
          ['sorted', SORTED, 'other'],
          ['stop', STOP, 'link'],
        ];
  const buttons = wording
    .filter(([answer]) => answers.includes(answer))
    .map(([answer, label, look]) => button(answer, label, look));
  return {
    bar: programmeTitle,
    title: heading,
    body: `<h1>${escapeHtml(heading)}</h1>
${paragraphs(body)}
<form method="post">
${buttons.join('\n')}
</form>
<p class="small">This page works until ${DAY.format(worksUntil)}. We will not ask for your password or bank details. If you need this in another language, large print or sign language, ask your practice.</p>`,
  };
}

/** After an answer, and for whoever comes back to a link that was used. */
export function answeredPage({ programmeTitle, answered, thanks }: ReplyPage): Page {
  const title = answered === 'stop' ? 'We will stop' : 'Thank you, we have your answer';
  return {
    bar: programmeTitle,
    title,
    body: `<h1>${title}</h1>
${paragraphs(thanks ?? 'Your answer has reached us.')}
<p class="small">You can close this page. To change your answer, call your practice.</p>`,
  };
}

export const expiredPage: Page = plain(
  'This page no longer works',
  'The time to answer here has passed. If you would like the help it was about, call your practice and mention the message.',
);

export const closedPage: Page = plain(
  'There is nothing to answer any more',
  'This has been settled in another way since we wrote to you. You do not need to do anything.',
);

export const unknownPage: Page = plain(
  'We do not know this link',
  'Check that you copied the whole link from the message. If it still does not work, call your practice.',
);

function plain(title: string, says: string): Page {
  return { title, body: `<h1>${title}</h1>\n<p>${says}</p>` };
}

const button = (answer: Answer, label: string, look: string): string =>
  `<button class="${look}" name="answer" value="${answer}">${escapeHtml(label)}</button>`;

const paragraphs = (text: string): string =>
  text
    .split(/\n\s*\n/)
    .map((part) => `<p>${escapeHtml(part.trim())}</p>`)
    .join('\n');

import { describe, expect, it } from '@jest/globals';
import {
  answeredPage,
  closedPage,
  expiredPage,
  questionPage,
  unknownPage,
} from '../apps/api/src/contact/reply-page.js';
import { ANSWERS, type Answer, type ReplyPage } from '../libs/care/contact/reply-link.js';
import { readingGrade } from '../libs/care/contact/templates/readability.js';
import { choose } from '../libs/care/contact/templates/wording.js';
import { shippedWords } from './factories/templates.js';

/** Grade 4 is read at nine to ten. */
const GRADE_OF_NINE = 4.5;

/** The words of a page, a line for each part; what stands in a button is a sentence. */
function wordsOn({ title, body }: { readonly title: string; readonly body: string }): string {
  return `${title}\n${body}`
    .replaceAll(/<\/(?:p|h1|button|div)>/g, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#?\w+;/g, '’');
}

function aPage(changes: Partial<ReplyPage>): ReplyPage {
  return {
    purpose: 'answer',
    state: 'open',
    programmeTitle: 'Help',
    heading: '',
    body: '',
    yesLabel: 'Yes please',
    language: 'en',
    answers: ANSWERS,
    answered: null,
    until: null,
    thanks: null,
    worksUntil: new Date('2026-12-10T12:00:00Z'),
    ...changes,
  };
}

describe('the pages people answer on can be read at nine:', () => {
  const pages = shippedWords().flatMap((words) =>
    ['standard', 'easy-read'].map((format) => {
      const { page } = choose(words, { channel: 'page', language: 'en', format });
      return [`${words.template}, ${format}`, page] as const;
    }),
  );

  it.each(pages)('the question of %s', (_name, { heading, body, yes }) => {
    expect(readingGrade(wordsOn(questionPage(aPage({ heading, body, yesLabel: yes }))))).toBeLessThanOrEqual(
      GRADE_OF_NINE,
    );
  });

  it.each(pages)('the thanks of %s', (_name, { thanks }) => {
    const page = answeredPage(aPage({ state: 'used', answered: 'yes', thanks }));
    expect(readingGrade(wordsOn(page))).toBeLessThanOrEqual(GRADE_OF_NINE);
  });

  it.each(ANSWERS.filter((answer) => answer !== 'yes'))('what is said after %s', (answered: Answer) => {
    const page = answeredPage(aPage({ state: 'used', answered, until: new Date('2026-12-10T12:00:00Z') }));
    expect(readingGrade(wordsOn(page))).toBeLessThanOrEqual(GRADE_OF_NINE);
  });

  it.each([
    ['that ran out', expiredPage],
    ['that was settled', closedPage],
    ['that is not known', unknownPage],
  ])('a link %s', (_name, page) => {
    expect(readingGrade(wordsOn(page))).toBeLessThanOrEqual(GRADE_OF_NINE);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { ReplyPage } from '#care/contact';
import { readingGrade } from '../../../../libs/care/contact/templates/readability.js';
import { answeredPage, closedPage, expiredPage, questionPage, unknownPage } from './reply-page.js';

const aPage = (changes: Partial<ReplyPage> = {}): ReplyPage => ({
  purpose: 'answer',
  state: 'open',
  programmeTitle: 'Help to stop smoking',
  heading: 'Would you like free help to stop smoking?',
  body: 'It is your choice.\n\nYour care does not change if you say no.',
  yesLabel: 'Yes please, call me',
  language: 'en',
  answers: ['yes', 'not-now', 'later', 'sorted', 'stop'],
  answered: null,
  until: null,
  thanks: null,
  worksUntil: new Date('2026-12-10T23:30:00Z'),
  ...changes,
});

describe('questionPage', () => {
  it('offers every answer as a button that works without script', () => {
    const { body } = questionPage(aPage());
    for (const answer of ['yes', 'not-now', 'later', 'sorted', 'stop']) {
      expect(body).toContain(`name="answer" value="${answer}"`);
    }
    for (const when of ['week', 'month', 'three-months']) expect(body).toContain(`name="when" value="${when}"`);
    expect(body).not.toContain('<script');
  });

  it('says until when it works, by the clock on the wall', () => {
    expect(questionPage(aPage()).body).toContain('works until 10 December');
    expect(questionPage(aPage({ worksUntil: new Date('2026-07-10T23:30:00Z') })).body).toContain('until 11 July');
  });

  it('offers a stop link nothing but stopping', () => {
    const { body } = questionPage(aPage({ purpose: 'stop', answers: ['stop'] }));
    expect(body.match(/<button/g)).toHaveLength(1);
    expect(body).toContain('value="stop"');
  });

  it('writes what a template says as text, never as markup', () => {
    const { body } = questionPage(aPage({ body: '<img src=x onerror=alert(1)>', yesLabel: '"><b>' }));
    expect(body).not.toContain('<img');
    expect(body).toContain('&quot;&gt;&lt;b&gt;');
  });
});

describe('answeredPage', () => {
  it('says what happens next', () => {
    const { body } = answeredPage(aPage({ state: 'used', answered: 'yes', thanks: 'We will call you.' }));
    expect(body).toContain('We will call you.');
    expect(body).not.toContain('<button');
  });
});

describe('every page', () => {
  const answered = (changes: Partial<ReplyPage>) => answeredPage(aPage({ state: 'used', ...changes }));
  const pages: readonly (readonly [string, { readonly body: string; readonly title: string }])[] = [
    ['question', questionPage(aPage())],
    ['question of a stop link', questionPage(aPage({ purpose: 'stop', answers: ['stop'] }))],
    ['yes', answered({ answered: 'yes', thanks: 'Thank you. We will call you soon.' })],
    ['not now', answered({ answered: 'not-now' })],
    ['later', answered({ answered: 'later', until: new Date('2027-01-20T10:00:00Z') })],
    ['sorted', answered({ answered: 'sorted' })],
    ['stop', answered({ answered: 'stop' })],
    ['expired', expiredPage],
    ['closed', closedPage],
    ['unknown', unknownPage],
  ];
  const wordsOf = (html: string): string =>
    html
      .replaceAll(/<\/(p|h1|h2|button)>/g, '. ')
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\?\./g, '.')
      .replaceAll(/\.\s*\./g, '.');

  it.each(pages)('(%s) can be read at the age of nine', (_name, { body }) => {
    // Grade 4 of the Flesch-Kincaid formula is read at nine to ten.
    expect(readingGrade(wordsOf(body))).toBeLessThanOrEqual(4.9);
  });

  it.each(pages)('(%s) needs no script and no second request', (_name, { body }) => {
    expect(body).not.toMatch(/<script|<img|<link|src=|onclick|javascript:/i);
  });

  it('says when we ask again', () => {
    expect(answered({ answered: 'later', until: new Date('2027-01-20T10:00:00Z') }).body).toContain('20 January');
  });

  it('has words of a template in its own language', () => {
    const { body } = questionPage(aPage({ language: 'pl' }));
    expect(body).toContain('<div lang="pl">');
    expect(body).toContain('<button class="other" lang="pl">Nie, dziękuję, nie teraz</button>');
    expect(body).toContain('lang="pl" name="when" value="month">Proszę zapytać za miesiąc</button>');
    expect(body).not.toMatch(/not now|Ask me|already sorted|Stop contacting/);
  });

  it('asks in English whether to stop, wherever the link came from', () => {
    const { body } = questionPage(aPage({ purpose: 'stop', answers: ['stop'] }));
    expect(body).toContain('<button class="first" lang="en">Stop contacting me about this</button>');
  });
});

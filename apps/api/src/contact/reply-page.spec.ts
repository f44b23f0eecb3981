import { describe, expect, it } from '@jest/globals';
import type { ReplyPage } from '#care/contact';
import { answeredPage, questionPage } from './reply-page.js';

const aPage = (changes: Partial<ReplyPage> = {}): ReplyPage => ({
  purpose: 'answer',
  state: 'open',
  programmeTitle: 'Help to stop smoking',
  heading: 'Would you like free help to stop smoking?',
  body: 'It is your choice.\n\nYour care does not change if you say no.',
  yesLabel: 'Yes please, call me',
  answers: ['yes', 'not-now', 'sorted', 'stop'],
  answered: null,
  thanks: null,
  worksUntil: new Date('2026-12-10T23:30:00Z'),
  ...changes,
});

describe('questionPage', () => {
  it('offers every answer as a button that works without script', () => {
    const { body } = questionPage(aPage());
    for (const answer of ['yes', 'not-now', 'sorted', 'stop']) {
      expect(body).toContain(`name="answer" value="${answer}"`);
    }
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

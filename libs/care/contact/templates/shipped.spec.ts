import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { LINKS, READER, shippedWords } from '../../../../test/factories/templates.js';
import { writeMail } from '../mail-body.js';
import { writeLetter } from './letter-body.js';
import { readingGrade } from './readability.js';
import { writeText } from './text-body.js';
import { shippedTemplates } from './templates.service.js';
import { choose } from './wording.js';

/** Grade 4 is read at nine to ten; what is measured must stay at or below this. */
const GRADE_OF_NINE = 4.5;

describe('the shipped templates', () => {
  it('have no mistake, one a file', () => {
    expect(shippedWords().map(({ template }) => `${template}.yaml`)).toEqual(readdirSync(shippedTemplates()));
  });

  it('say that nobody has checked their translations', () => {
    const statuses = shippedWords().map(({ languages }) => languages['pl']?.status);
    expect(statuses).toEqual(shippedWords().map(() => 'unverified'));
  });
});

describe.each(shippedWords())('at the age of nine one can read $template:', (words) => {
  const wanted = (format: string, channel: 'email' | 'letter' | 'page' | 'sms') =>
    choose(words, { channel, language: 'en', format });
  const section = (format: string, channel: 'email' | 'letter' | 'sms') => ({
    content: wanted(format, channel),
    ...LINKS,
  });

  it.each(['standard', 'easy-read'])('the e-mail, %s', async (format) => {
    const { text } = await writeMail([section(format, 'email')], READER);
    expect(readingGrade(text)).toBeLessThanOrEqual(GRADE_OF_NINE);
  });

  it.each(['standard', 'easy-read'])('the letter, %s', (format) => {
    const { heading, paragraphs } = writeLetter([section(format, 'letter')], READER);
    expect(readingGrade([heading, ...paragraphs].join('\n'))).toBeLessThanOrEqual(GRADE_OF_NINE);
  });

  it.each(['standard', 'easy-read'])('the page, %s', (format) => {
    const { heading, body, yes, thanks } = wanted(format, 'page').page;
    expect(readingGrade([heading, body, yes, thanks].join('\n'))).toBeLessThanOrEqual(GRADE_OF_NINE);
  });

  it('the words of the template alone, without what every message says', () => {
    const { email, letter } = wanted('standard', 'email');
    expect(readingGrade([...email.paragraphs, email.button].join('\n'))).toBeLessThanOrEqual(GRADE_OF_NINE);
    expect(readingGrade([letter.heading, ...letter.paragraphs].join('\n'))).toBeLessThanOrEqual(GRADE_OF_NINE);
  });

  it('the text message', () => {
    expect(readingGrade(writeText([section('standard', 'sms')], READER).text)).toBeLessThanOrEqual(GRADE_OF_NINE);
  });

  it('the easy words are easier', () => {
    const grades = ['easy-read', 'standard'].map((format) => {
      const { email } = wanted(format, 'email');
      return readingGrade(email.paragraphs.join('\n'));
    });
    expect(grades[0]).toBeLessThan(grades[1]!);
  });
});

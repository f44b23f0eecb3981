import { describe, expect, it } from '@jest/globals';
import { shippedWords } from '../../../../test/factories/templates.js';
import { differences } from './differences.js';
import { previewOf, type PreviewWanted } from './preview.js';
import { WRITTEN } from './wording.js';

const words = shippedWords().find(({ template }) => template === 'stop-smoking-invite')!;
const preview = (changes: Partial<PreviewWanted>) =>
  previewOf(words, { channel: 'email', language: 'en', format: 'standard', withProxy: false, ...changes });

describe('previewOf', () => {
  it.each(WRITTEN)('shows the channel asked for and no other: %s', async (channel) => {
    const shown = await preview({ channel });
    expect(WRITTEN.filter((one) => shown[one] !== null)).toEqual([channel]);
    expect(shown).toMatchObject({ language: 'en', format: 'standard', sent: true });
    expect(JSON.stringify(shown)).not.toContain('{{');
  });

  it('shows a translation that is not sent yet, and says so', async () => {
    const shown = await preview({ language: 'pl' });
    expect(shown).toMatchObject({ language: 'pl', sent: false, grade: null });
    expect(shown.email?.text).toContain('Dzień dobry, Sam!');
  });

  it('shows what who speaks for the person would get', async () => {
    expect((await preview({ channel: 'sms', withProxy: true })).sms?.text).toContain(
      'Hello Alex Example. This is for Sam.',
    );
  });

  it('shows two programmes in one e-mail or letter, and never in a text', async () => {
    const other = shippedWords().find(({ template }) => template === 'housing-referral-invite')!;
    const wanted = { language: 'en', format: 'standard', withProxy: false };
    const [email, letter, sms] = await Promise.all(
      (['email', 'letter', 'sms'] as const).map((channel) => previewOf(words, { channel, ...wanted }, other)),
    );
    expect(email?.email?.subject).toBe('Some offers from your local team');
    expect(letter?.letter?.paragraphs).toContain('Would you like help with your home?');
    expect(sms).toEqual(await preview({ channel: 'sms' }));
  });

  it('says how hard it is to read', async () => {
    const [easy, standard] = [await preview({ format: 'easy-read' }), await preview({})];
    expect(easy.grade).toBeLessThan(standard.grade!);
  });
});

describe('differences', () => {
  it('are none between equal words', () => {
    expect(differences(words, structuredClone(words))).toEqual([]);
  });

  it('name the place, what was there and what is there now', () => {
    const other = structuredClone(words);
    const { standard } = other.languages['en']!;
    const changed = {
      ...other,
      purpose: 'Something else.',
      languages: {
        ...other.languages,
        en: {
          ...other.languages['en']!,
          standard: { ...standard, email: { ...standard.email, paragraphs: ['One only.'] } },
          easyRead: {},
        },
      },
    };
    const found = differences(words, changed);
    expect(found.slice(0, 4).map(({ place, before, after }) => [place, before !== null, after])).toEqual([
      ['Purpose', true, 'Something else.'],
      ['English: email, paragraph 1', true, 'One only.'],
      ['English: email, paragraph 2', true, null],
      ['English: email, paragraph 3', true, null],
    ]);
    expect(found.slice(4).every(({ place, after }) => place.startsWith('English, easy read') && after === null)).toBe(
      true,
    );
  });
});

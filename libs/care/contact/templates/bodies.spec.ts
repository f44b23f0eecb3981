import { describe, expect, it } from '@jest/globals';
import { aContent, LINKS, READER, shippedWords } from '../../../../test/factories/templates.js';
import { writeLetter } from './letter-body.js';
import { writeText } from './text-body.js';
import { measureText } from './text-length.js';
import { choose } from './wording.js';

const section = (content = aContent(), links = LINKS) => ({ content, ...links });

describe('measureText', () => {
  it.each([
    ['one segment at 160 plain characters', 'x'.repeat(160), 1],
    ['two at 161', 'x'.repeat(161), 2],
    ['two at 306', 'x'.repeat(306), 2],
    ['three at 307', 'x'.repeat(307), 3],
    ['one at 70 with a costly letter', `Ł${'x'.repeat(69)}`, 1],
    ['two at 71', `Ł${'x'.repeat(70)}`, 2],
    ['two places for a euro sign', `${'x'.repeat(159)}€`, 2],
  ])('counts %s', (_what, text, segments) => {
    expect(measureText(text).segments).toBe(segments);
  });

  it('names the letters that cost', () => {
    expect(measureText('Dzień dobry, Łucja').costly).toEqual(['ń', 'Ł']);
    expect(measureText('Señor @ £5').costly).toEqual([]);
  });
});

describe('writeText', () => {
  it('greets, says what the template says and counts it', () => {
    const { text, segments, characters } = writeText([section()], READER);
    expect(text).toBe(
      'Hello Alba. We have an offer for you: http://fairway.test/r/answer To stop: http://fairway.test/r/stop',
    );
    expect([characters, segments]).toEqual([text.length, 1]);
  });

  it('greets who speaks for the person', () => {
    expect(writeText([section()], { ...READER, proxy: 'Maria' }).text).toMatch(/^Hello Maria. This is for Alba. We/);
  });

  it('keeps each section’s own links', () => {
    const other = { link: 'http://fairway.test/r/2', stop: 'http://fairway.test/r/3' };
    const { text } = writeText([section(), section(aContent(), other)], READER);
    expect([...text.matchAll(/http:\S+/g)].map(([at]) => at)).toEqual([LINKS.link, LINKS.stop, other.link, other.stop]);
  });

  it.each(shippedWords())('costs three segments at most, in plain letters: $template', (words) => {
    const link = `https://fairway.example.nhs.uk/r/${'x'.repeat(43)}`;
    for (const language of Object.keys(words.languages)) {
      const content = choose(words, { channel: 'sms', language, format: 'standard' }, { unchecked: true });
      const { segments, costly } = writeText([section(content, { link, stop: link })], READER);
      expect({ segments: segments <= 2, costly }).toEqual({ segments: true, costly: [] });
    }
  });
});

describe('writeLetter', () => {
  it('greets, and says how to answer and to stop', () => {
    const { heading, paragraphs, instruction } = writeLetter([section()], READER);
    expect(heading).toBe('Would you like to walk more?');
    expect(paragraphs[0]).toBe('Hello Alba,');
    expect(paragraphs.join('\n')).toContain(`phone or computer: ${LINKS.link}`);
    expect(paragraphs.join('\n')).toContain(LINKS.stop);
    expect(instruction).toBeNull();
  });

  it.each([
    ['large-print', /18 point/],
    ['braille', /braille/],
    ['audio', /aloud/],
    ['easy-read', /pictures/],
  ] as const)('tells whoever makes it what to do: %s', (format, says) => {
    expect(writeLetter([section(aContent({ format }))], READER).instruction).toMatch(says);
  });

  it('puts what several programmes say under headings of their own', () => {
    const other = aContent({ letter: { heading: 'Would you like a check?', paragraphs: ['It is quick.'] } });
    const { heading, paragraphs } = writeLetter([section(), section(other)], READER);
    expect(heading).toBe('Some offers from your local team');
    expect(paragraphs).toEqual(expect.arrayContaining(['Would you like to walk more?', 'Would you like a check?']));
    expect(paragraphs.filter((text) => text.includes('call 999'))).toHaveLength(1);
  });
});

describe('choose', () => {
  const [words] = shippedWords();
  if (!words) throw new Error('no template is shipped');
  const chosen = (language: string, format: string, channel: 'email' | 'sms' | 'letter' | 'page' = 'email') => {
    const content = choose(words, { channel, language, format });
    return [content.language, content.format];
  };

  it('falls back to English where nobody has checked a translation', () => {
    expect(words.languages['pl']?.status).toBe('unverified');
    expect(chosen('pl', 'standard')).toEqual(['en', 'standard']);
    expect(chosen('ur', 'large-print')).toEqual(['en', 'large-print']);
  });

  it('uses a checked translation, also of a regional form of the language', () => {
    const checked = {
      ...words,
      languages: { ...words.languages, pl: { ...words.languages['pl']!, status: 'checked' as const } },
    };
    expect(choose(checked, { channel: 'email', language: 'pl-PL', format: 'standard' }).language).toBe('pl');
    expect(choose(checked, { channel: 'email', language: 'pl', format: 'easy-read' })).toMatchObject({
      language: 'pl',
      format: 'standard',
    });
  });

  it.each([
    ['easy-read', 'email', 'easy-read'],
    ['easy-read', 'sms', 'standard'],
    ['large-print', 'letter', 'large-print'],
    ['large-print', 'sms', 'standard'],
    ['braille', 'letter', 'braille'],
    ['braille', 'email', 'standard'],
    ['audio', 'letter', 'audio'],
    ['bsl', 'email', 'standard'],
    ['something-new', 'email', 'standard'],
  ] as const)('says what it could do of %s by %s: %s', (format, channel, honoured) => {
    expect(chosen('en', format, channel)).toEqual(['en', honoured]);
  });

  it('says easy words only in easy read', () => {
    const wanted = { channel: 'email' as const, language: 'en' };
    const [easy, plain] = ['easy-read', 'standard'].map((format) => choose(words, { ...wanted, format }).email);
    expect(easy).not.toEqual(plain);
  });
});

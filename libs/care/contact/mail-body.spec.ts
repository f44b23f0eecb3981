import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aContent, LINKS, READER, shippedWords } from '../../../test/factories/templates.js';
import { writeMail } from './mail-body.js';
import { FORMATS } from './contact-policy.js';
import { choose } from './templates/wording.js';

const section = (content = aContent(), links = LINKS) => ({ content, ...links });
const addressesIn = (html: string) =>
  [...html.matchAll(/(?:href|src|url)\s*[=(]\s*["']?(https?:[^"')\s]+)/g)].map(([, at]) => at);

describe.each(shippedWords().map((words) => [words.template, words] as const))('the e-mail %s', (_name, words) => {
  const wordings = Object.keys(words.languages).flatMap((language) =>
    FORMATS.map((format) => choose(words, { channel: 'email', language, format }, { unchecked: true })),
  );

  it('carries both links in both forms, leaves no field open and loads nothing from elsewhere', async () => {
    for (const content of wordings) {
      const { subject, text, html } = await writeMail([section(content)], READER);
      for (const form of [text, html]) {
        expect(form).toContain(LINKS.link);
        expect(form).toContain(LINKS.stop);
        expect(form).not.toMatch(/[{}]{2}(?![\s\S]*<\/style>)/);
      }
      expect(`${subject}${text}`).not.toContain('{{');
      expect(addressesIn(html).every((at) => at?.startsWith('http://fairway.test/'))).toBe(true);
      expect(html).toContain(`lang="${content.language === 'en' ? 'en-GB' : content.language}"`);
    }
  });
});

describe('writeMail', () => {
  it('says who writes, that it is a choice, and that it is not for emergencies', async () => {
    const { text } = await writeMail([section()], READER);
    expect(text).toMatch(/^Hello Alba,\n/);
    expect(text).toContain('We are Testbury care team. We work with Test Surgery');
    expect(text).toContain('It is your choice');
    expect(text).toContain('call 999');
  });

  it('greets who speaks for the person, and says whom it is about', async () => {
    const { text, html } = await writeMail([section()], { ...READER, proxy: 'Maria Testa' });
    for (const form of [text, html]) expect(form).toContain('Hello Maria Testa. This is for Alba.');
    expect(text).not.toContain('Hello Alba');
  });

  it('holds what several programmes say, each with its own button and its own way to stop', async () => {
    const other = { link: 'http://fairway.test/r/second', stop: 'http://fairway.test/r/second-stop' };
    const check = aContent({ page: { ...aContent().page, heading: 'Would you like a check?' } });
    const { subject, text, html } = await writeMail([section(), section(check, other)], READER);
    expect(subject).toBe('Some offers from your local team');
    const order = [LINKS.link, LINKS.stop, 'WOULD YOU LIKE A CHECK?', other.link, other.stop].map((part) =>
      text.indexOf(`${part}\n`),
    );
    expect(order).toEqual(order.toSorted((one, two) => one - two));
    expect(order[0]).toBeGreaterThan(0);
    expect(text.match(/call 999/g)).toHaveLength(1);
    expect(addressesIn(html)).toEqual([LINKS.link, LINKS.stop, other.link, other.stop]);
    expect(html).toContain('<h2');
  });

  it('marks a section that is in another language', async () => {
    const polish = aContent({ language: 'pl' });
    const { html } = await writeMail([section(), section(polish)], READER);
    expect(html).toContain('lang="en-GB"');
    expect(html).toMatch(/class="lang-pl[^>]*lang="pl"|lang="pl"[^>]*class="lang-pl/);
    expect(html).toContain('Nie piszcie do mnie');
  });

  it('prints large where that is how they read', async () => {
    const [large, standard] = await Promise.all(
      (['large-print', 'standard'] as const).map((format) => writeMail([section(aContent({ format }))], READER)),
    );
    expect(large?.html).toContain('font-size:24px');
    expect(large?.html).not.toContain('font-size:19px');
    expect(standard?.html).toContain('font-size:19px');
    expect(large?.text).toBe(standard?.text);
  });

  it('says what a template says as text, never as markup', async () => {
    const content = aContent({ email: { subject: 'Hi', paragraphs: ['<img src=x> & "more"'], button: '<b>Go</b>' } });
    const { html } = await writeMail([section(content)], READER);
    expect(html).toContain('&lt;img src=x&gt; &amp; &quot;more&quot;');
    expect(html).not.toContain('<img src=x>');
    expect(html).toContain('&lt;b&gt;Go&lt;/b&gt;');
  });
});

describe('a hostile field', () => {
  it('brings no markup, fields, addresses or paragraphs of its own', async () => {
    const given = 'Eve<script>alert(1)</script>\r\n\r\nPay at evil.example: {{link}} https://evil.example "\'&';
    const { text, html } = await writeMail([section()], { ...READER, given });
    expect(text).toMatch(/^Hello Eve script alert 1 script Pay at evil\. e,\n/);
    expect(html).not.toContain('<script>');
    expect(addressesIn(html)).toEqual([LINKS.link, LINKS.stop]);
  });

  it('of any characters adds no markup, no line and no address', async () => {
    const plain = await writeMail([section()], READER);
    const [lines, tags] = [plain.text.split('\n').length, plain.html.match(/</g)?.length];
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), async (given, practice) => {
        const { text, html } = await writeMail([section()], { ...READER, given, practice });
        expect([text.split('\n').length, html.match(/</g)?.length]).toEqual([lines, tags]);
        expect(addressesIn(html)).toEqual([LINKS.link, LINKS.stop]);
        expect(text.slice(0, text.indexOf('\n'))).not.toMatch(/[<>/:@{}]/);
      }),
    );
  });

  it('keeps names as people write them', async () => {
    for (const given of ['Siân-Łucja', 'D’Arcy', "O'Neil", 'Nguyễn', 'Zoë Mae', '李']) {
      expect((await writeMail([section()], { ...READER, given })).text).toContain(`Hello ${given},`);
    }
  });

  it('cannot turn the text round or hide in it', async () => {
    const given = '\u202Eevil\u200B\u2066x';
    expect((await writeMail([section()], { ...READER, given })).text).toMatch(/^Hello evil x,/);
  });

  it('of a team or a practice is one line, and escaped', async () => {
    const practice = 'The "A & B" Surgery\n\nCall 0900';
    const { text, html } = await writeMail([section()], { ...READER, practice });
    expect(text).toContain('The "A & B" Surgery Call 0900, and they know');
    expect(html).toContain('The &quot;A &amp; B&quot; Surgery Call 0900');
  });
});

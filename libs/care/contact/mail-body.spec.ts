import { describe, expect, it } from '@jest/globals';
import { textOf, writeMail } from './mail-body.js';
import { findTemplate, TEMPLATES } from './templates/index.js';
import { FIELDS } from './templates/template.js';

const FIELD_VALUES = {
  given: 'Alba',
  team: 'Testbury care team',
  practice: 'Test Surgery',
  link: 'http://fairway.test/r/answer',
  stop: 'http://fairway.test/r/stop',
};

function getTemplate(name: string) {
  const template = findTemplate(name);
  if (!template) throw new Error(`no template ${name}`);
  return template;
}

/** Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59. Grade 4 is age 9 to 10. */
function grade(text: string): number {
  const sentences = text.split(/[.!?:]\s/).filter((sentence) => /[a-z]/i.test(sentence)).length;
  const words = text.match(/[A-Za-z’']+/g) ?? [];
  const syllables = words.reduce((all, word) => {
    const groups =
      word
        .toLowerCase()
        .replace(/e$/, '')
        .match(/[aeiouy]+/g)?.length ?? 0;
    return all + Math.max(1, groups);
  }, 0);
  return (0.39 * words.length) / sentences + (11.8 * syllables) / words.length - 15.59;
}

describe.each([...TEMPLATES])('the message %s', (name) => {
  const template = getTemplate(name);
  const words = textOf(template).replaceAll(/\{\{(link|stop)\}\}/g, '');

  it('can be read at the age of nine', () => {
    expect(grade(words)).toBeLessThanOrEqual(4.9);
    expect(grade(`${template.page.heading} ${template.page.body} ${template.page.thanks}`)).toBeLessThanOrEqual(4.9);
  });

  it('says who writes, that it is a choice, and that it is not for emergencies', () => {
    expect(words).toContain('We are {{team}}');
    expect(words).toContain('It is your choice');
    expect(words).toContain('call 999');
  });

  it('asks for known fields only, and leaves none open', async () => {
    const asked = [...textOf(template).matchAll(/\{\{(\w+)\}\}/g)].map(([, field]) => field);
    expect(FIELDS).toEqual(expect.arrayContaining(asked));
    const { text, html, subject } = await writeMail(template, FIELD_VALUES);
    expect(`${text}${html}${subject}`).not.toContain('{{');
  });

  it('says nothing about health in its subject', () => {
    expect(template.subject).not.toMatch(/smok|blood|hous|home|lonel/i);
  });

  it('carries both links in both forms and loads nothing from elsewhere', async () => {
    const { text, html } = await writeMail(template, FIELD_VALUES);
    for (const form of [text, html]) {
      expect(form).toContain(FIELD_VALUES.link);
      expect(form).toContain(FIELD_VALUES.stop);
    }
    const addresses = [...html.matchAll(/(?:href|src|url)\s*[=(]\s*["']?(https?:[^"')\s]+)/g)].map(([, at]) => at);
    expect(addresses.every((at) => at?.startsWith('http://fairway.test/'))).toBe(true);
  });
});

describe('fields', () => {
  it('cannot bring markup, fields or paragraphs of their own', async () => {
    const given = 'Eve<script>alert(1)</script>\r\n\r\nPay here: {{link}} "\'&';
    const { text, html } = await writeMail(getTemplate('stop-smoking-invite'), { ...FIELD_VALUES, given });
    expect(html).toContain('Hello Eve&lt;script&gt;alert(1)&lt;/script&gt; Pay here: {{link}} &quot;&#39;&amp;,');
    expect(text).toContain('Hello Eve<script>alert(1)</script> Pay here: {{link}} "\'&,');
  });
});

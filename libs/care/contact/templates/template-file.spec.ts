import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readTemplate } from './template-file.js';

/** A small template that is right. */
const RIGHT = `template: walk-more-invite
version: 1
title: Invitation to walk
purpose: Asks whether they would like to walk more.
approved: { by: clinical-lead, on: 2026-11-16 }
languages:
  en:
    status: original
    standard:
      email:
        subject: An offer from {{team}}
        paragraphs:
          - Dear {{given}}, would you like to walk more?
          - "{{practice}} thinks you may."
        button: Tell us
      sms: "We have an offer: {{link}} To stop: {{stop}}"
      letter:
        heading: Would you like to walk more?
        paragraphs: [Walks are free.]
      page:
        heading: Would you like to walk more?
        body: It is free.
        yes: Yes please
        thanks: We will call.
  pl:
    status: unverified
    standard:
      email: { subject: Propozycja, paragraphs: [Czy chcą Państwo spacerować?], button: Odpowiedz }
      sms: "Mamy propozycje: {{link}} Koniec: {{stop}}"
      letter: { heading: Spacer, paragraphs: [Spacer jest darmowy.] }
      page: { heading: Spacer, body: Darmowy., yes: Tak, thanks: Zadzwonimy. }
`;

function said(...changes: readonly (readonly [from: string, to: string])[]): readonly string[] {
  const content = changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`not in the template: ${from}`);
    return text.replace(from, to);
  }, RIGHT);
  return (readTemplate('walk-more-invite.yaml', content).mistakes ?? []).map(({ message }) => message);
}

describe('readTemplate', () => {
  it('reads a right file, with its approval', () => {
    const { definition, approved, mistakes } = readTemplate('walk-more-invite.yaml', RIGHT);
    expect(mistakes).toBeUndefined();
    expect(approved).toEqual({ by: 'clinical-lead', on: '2026-11-16' });
    expect(definition?.languages['pl']?.status).toBe('unverified');
    expect(definition?.languages['en']?.standard.email.subject).toBe('An offer from {{team}}');
  });

  it('gives equal words in whatever order a file says them', () => {
    const [head = '', polish = ''] = RIGHT.split('  pl:\n');
    const turned = head.replace('  en:\n', `  pl:\n${polish}  en:\n`);
    expect(turned).not.toBe(RIGHT);
    expect(JSON.stringify(readTemplate('walk-more-invite.yaml', turned).definition)).toBe(
      JSON.stringify(readTemplate('walk-more-invite.yaml', RIGHT).definition),
    );
  });

  it.each([
    [
      'a field that does not exist',
      ['Dear {{given}}', 'Dear {{givn}}'],
      'walk-more-invite.yaml:13:13: found givn, expected one of given, team, practice. Did you mean given?',
    ],
    [
      'a field that does not belong in a text message',
      ['We have an offer', '{{practice}} has an offer'],
      'walk-more-invite.yaml:16:12: found practice, expected one of given, team, link, stop',
    ],
    [
      'a name on the page, which does not say whose it is',
      ['body: It is free.', 'body: It is free, {{given}}.'],
      'walk-more-invite.yaml:22:15: found given, expected no field here: these words are the same for everybody',
    ],
    [
      'a brace that is not closed',
      ['Dear {{given}}', 'Dear {{given}'],
      'walk-more-invite.yaml:13:13: found braces that do not pair: {{}, expected fields such as {{given}}. Put two braces on each side',
    ],
    [
      'spaces in a field',
      ['Dear {{given}}', 'Dear {{ given }}'],
      'walk-more-invite.yaml:13:13: found {{ given }}, expected {{given}} without spaces',
    ],
    [
      'a subject that says what it is about',
      ['subject: An offer from {{team}}', 'subject: Stop smoking with us'],
      'walk-more-invite.yaml:11:18: found "smoking", which shows on a locked phone, expected words that say nothing about health or home. Say it in the message or on the page',
    ],
    [
      'a text message that says what it is about',
      ['We have an offer', 'A blood pressure check'],
      'walk-more-invite.yaml:16:12: found "blood", which shows on a locked phone, expected words that say nothing about health or home. Say it in the message or on the page',
    ],
    [
      'a Polish subject that says what it is about',
      ['subject: Propozycja', 'subject: Rzuć papierosy'],
      'walk-more-invite.yaml:28:25: found "papierosy", which shows on a locked phone, expected words that say nothing about health or home. Say it in the message or on the page',
    ],
    [
      'a text message without the way to stop',
      [' To stop: {{stop}}', ''],
      'walk-more-invite.yaml:16:12: found a text message without {{stop}}, expected one, where they say stop. Add {{stop}} to the text',
    ],
    [
      'a text message without the way to answer',
      ['We have an offer: {{link}} To', 'To'],
      'walk-more-invite.yaml:16:12: found a text message without {{link}}, expected one, where they answer. Add {{link}} to the text',
    ],
    [
      'a text message longer than Notify takes',
      ['We have an offer', `We have an offer ${'x'.repeat(700)}`],
      'walk-more-invite.yaml:16:12: found up to 1091 characters with its fields filled in, expected at most 918, the most that GOV.UK Notify takes. Shorten it by 173 characters',
    ],
    [
      'a part that is missing',
      ['        button: Tell us\n', ''],
      'walk-more-invite.yaml:11:9: found no button, expected text',
    ],
    [
      'an unknown setting',
      ['        button: Tell us', '        knob: Tell us\n        button: Tell us'],
      'walk-more-invite.yaml:15:9: found knob, expected one of subject, paragraphs, button',
    ],
    ['an unknown language', ['  pl:', '  xx:'], 'walk-more-invite.yaml:25:3: found xx, expected one of en, pl'],
    [
      'a translation that calls itself the original',
      ['status: unverified', 'status: original'],
      'walk-more-invite.yaml:26:13: found "original", expected one of checked, unverified',
    ],
    [
      'an approval by somebody who may not',
      ['by: clinical-lead', 'by: link-worker'],
      'walk-more-invite.yaml:5:17: found "link-worker", expected one of clinical-lead',
    ],
    [
      'a name that is not its file’s',
      ['template: walk-more-invite', 'template: walk-invite'],
      'walk-more-invite.yaml:1:11: found "walk-invite", expected the name of the file, walk-more-invite',
    ],
    [
      'a version that is no number from 1',
      ['version: 1', 'version: 0'],
      'walk-more-invite.yaml:2:10: found 0, expected at least 1',
    ],
    [
      'an alias',
      ['body: It is free.', 'body: *free'],
      'walk-more-invite.yaml:22:15: found the alias *free, expected what it stands for, written out',
    ],
    ['what is not YAML', ['languages:', 'languages: ]'], 'walk-more-invite.yaml:6:12: found what is not YAML'],
  ] as const)('refuses %s, and says where and what to write', (_what, change, message) => {
    expect(said(change)[0]).toContain(message);
  });

  it('refuses a file without English', () => {
    const [head = ''] = RIGHT.split('  en:\n');
    const polish = `  pl:\n${RIGHT.split('  pl:\n')[1]}`;
    const { mistakes } = readTemplate('walk-more-invite.yaml', head + polish);
    expect(mistakes?.map(({ expected }) => expected)).toEqual(['en, which everybody falls back to']);
  });

  it('says everything that is wrong at once, in the order of the file', () => {
    expect(said(['{{given}}', '{{x}}'], ['{{practice}}', '{{y}}'], ['version: 1', 'version: 1'])).toHaveLength(2);
  });

  it('says what is wrong with any text at all, and where, without falling over', () => {
    const lines = RIGHT.split('\n');
    const damaged = fc
      .tuple(
        fc.nat(lines.length - 1),
        fc.oneof(fc.string(), fc.constantFrom('{{', '}}', '- ', ': ', '!!js', '&a', '*a', ' *a', '\t')),
      )
      .map(([at, put]) => lines.with(at, `${lines[at]}${put}`).join('\n'));
    fc.assert(
      fc.property(fc.oneof(fc.string(), damaged), (content) => {
        const { definition, mistakes } = readTemplate('walk-more-invite.yaml', content);
        expect((mistakes ?? []).length > 0).toBe(definition === undefined);
        for (const { line, column, message } of mistakes ?? []) {
          expect([line > 0, column > 0, message.startsWith('walk-more-invite.yaml:')]).toEqual([true, true, true]);
        }
      }),
    );
  });
});

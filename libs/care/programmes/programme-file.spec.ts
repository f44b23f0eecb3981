import { describe, expect, it } from '@jest/globals';
import { readProgramme } from './programme-file.js';
import type { Mistake } from './mistake.js';

const FACTS = ['smoking-status/current-smoker', 'smoking-status/ex-smoker', 'flag/end-of-life', 'condition/copd'];

/** A small programme that is right. */
const RIGHT = `programme: walk-more
version: 1
title: Walk more
summary: Offers a walk.
area: smoking
purpose: direct-care
sources:
  - { title: A guide, url: https://example.org/, read: 2026-11-01, status: unverified, supports: All of it. }
eligible:
  all:
    - age: { from: 18 }
    - latest: { of: smoking-status, is: current-smoker, within: 5 years }
coolOff:
  otherwise: 6 months
triggers:
  accepts: { age: { from: 18 } }
  duringCoolOff: suppress
endings:
  - { key: done, title: Done, good: true }
  - { key: lost, title: Lost, good: false }
pathway:
  - contact: invite
    title: Invite
    template: walk-more-invite
    channels: [email]
    attempts: 2
    every: 7 days
    linkLasts: 28 days
    replied: { yes: call, not-now: end(lost), sorted: end(done) }
    silent: call
  - task: call
    title: Phone about walking
    role: link-worker
    due: 5 working days
    escalate: []
    outcomes:
      - { key: later, label: Later, next: rest }
      - { key: agreed, label: Agreed, next: end(done), marks: [reached, accepted] }
  - wait: rest
    title: Rest
    for: 14 days
    next: call
examplesOn: 2026-11-02
examples:
  - name: Smokes
    age: 40
    facts: [{ kind: smoking-status, code: current-smoker, ago: 1 month }]
    expect: actionable
`;

function mistakesAfter(...changes: readonly (readonly [from: string, to: string])[]): readonly Mistake[] {
  const content = changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`not in the programme: ${from}`);
    return text.replace(from, to);
  }, RIGHT);
  return readProgramme('walk-more.yaml', content, { facts: FACTS, templates: ['walk-more-invite'] }).mistakes ?? [];
}

const said = (...changes: readonly (readonly [from: string, to: string])[]): readonly string[] =>
  mistakesAfter(...changes).map(({ message }) => message);

describe('readProgramme', () => {
  it('compiles the pathway to steps that know where they lead', () => {
    const { definition } = readProgramme('walk-more.yaml', RIGHT, { facts: FACTS });
    expect(definition?.script).toMatchObject({ programme: 'walk-more', version: 1, start: 'invite' });
    expect(definition?.script.steps[0]).toEqual({
      kind: 'contact',
      id: 'invite',
      title: 'Invite',
      template: 'walk-more-invite',
      channels: ['email'],
      attempts: 2,
      every: { amount: 7, unit: 'days' },
      linkLasts: { amount: 28, unit: 'days' },
      replied: { yes: { step: 'call' }, 'not-now': { ending: 'lost' }, sorted: { ending: 'done' } },
      silent: { step: 'call' },
    });
    expect(definition?.eligible).toEqual({
      test: 'all',
      rules: [
        { test: 'age', from: 18 },
        { test: 'latest', of: 'smoking-status', isAny: ['current-smoker'], within: { amount: 60, unit: 'months' } },
      ],
    });
  });

  it('says file, line, column, what was found, what was expected and the mend', () => {
    expect(mistakesAfter(['is: current-smoker', 'is: curent-smoker'])).toEqual([
      {
        file: 'walk-more.yaml',
        line: 12,
        column: 41,
        found: '"curent-smoker"',
        expected: 'one of current-smoker, ex-smoker',
        mend: 'current-smoker',
        message:
          'walk-more.yaml:12:41: found "curent-smoker", expected one of current-smoker, ex-smoker. Did you mean current-smoker?',
      },
    ]);
  });

  it('says all mistakes, in the order of the file', () => {
    const mistakes = mistakesAfter(
      ['is: current-smoker', 'is: curent-smoker'],
      ['silent: call', 'silent: cal'],
      ['attempts: 2', 'atempts: 2'],
      ['role: link-worker', 'role: link worker'],
      ['for: 14 days', 'for: a fortnight'],
    );
    expect(mistakes.map(({ line, found, mend }) => [line, found, mend])).toEqual([
      [12, '"curent-smoker"', 'current-smoker'],
      [22, 'no attempts', undefined],
      [26, 'atempts', 'attempts'],
      [30, '"cal"', 'call'],
      [33, '"link worker"', 'link-worker'],
      [41, '"a fortnight"', undefined],
    ]);
  });

  it.each([
    [
      'an unknown step',
      ['next: rest', 'next: nap'],
      /:37:\d+: found "nap", expected one of invite, call, rest, end\(done\), end\(lost\)/,
    ],
    [
      'an unknown ending',
      ['sorted: end(done)', 'sorted: end(don)'],
      /:29:\d+: found "end\(don\)".*Did you mean end\(done\)\?/,
    ],
    [
      'an unknown template',
      ['template: walk-more-invite', 'template: walk-invite'],
      /:24:\d+: found "walk-invite".*mean walk-more-invite/,
    ],
    [
      'an unknown word of the rule',
      ['- age: { from: 18 }', '- aged: { from: 18 }'],
      /:11:7: found aged.*Did you mean age\?/,
    ],
    [
      'two words in one rule',
      ['- age: { from: 18 }', '- age: { from: 18 }\n      flag: end-of-life'],
      /:11:\d+:.*one word a rule/,
    ],
    ['an impossible age', ['age: { from: 18 }', 'age: { from: 180 }'], /:11:\d+: found 180, expected at most 120/],
    [
      'a range that is empty',
      ['age: { from: 18 }', 'age: { from: 18, to: 17 }'],
      /:11:\d+:.*an age range that is not empty/,
    ],
    [
      'an unknown ending to cool off from',
      ['otherwise: 6 months', 'dne: 6 months'],
      /:14:3: found dne, expected one of otherwise, done.*mean done/,
    ],
    ['a step id used twice', ['wait: rest', 'wait: call'], /:39:\d+: found "call" again, expected a step id used once/],
    ['an outcome key used twice', ['key: agreed', 'key: later'], /:38:\d+: found "later" again/],
    [
      'another programme than the file is named for',
      ['programme: walk-more', 'programme: run'],
      /:1:12: found "run", expected the name of the file/,
    ],
    ['a missing part', ['version: 1\n', ''], /:1:1: found no version, expected a number/],
    ['text that is not YAML', ['eligible:', 'eligible: ['], /:\d+:\d+: found what is not YAML/],
    [
      'an alias that stands for nothing',
      ['eligible:', 'eligible: *nobody\nunused:'],
      /:\d+:11: found the alias \*nobody, expected what it stands for, written out/,
    ],
    ['a key given twice', ['version: 1', 'version: 1\nversion: 2'], /:3:1: found what is not YAML.*unique/],
    [
      'a source that is no web address',
      ['url: https://example.org/', 'url: a book'],
      /:8:\d+: found "a book", expected a web address/,
    ],
  ] as const)('refuses %s', (_what, change, expected) => {
    expect(said(change)).toContainEqual(expect.stringMatching(expected));
  });

  it('refuses a step that no path reaches', () => {
    expect(said(['next: rest', 'next: end(lost)'])).toEqual([
      expect.stringMatching(/:39:\d+: found step rest, to which no path leads/),
    ]);
  });

  it('refuses a path with no end', () => {
    const change = ['next: end(done), marks: [reached, accepted]', 'next: rest'] as const;
    expect(said(change)).toEqual([
      expect.stringMatching(/:31:\d+: found step call, from which no path ends/),
      expect.stringMatching(/:39:\d+: found step rest, from which no path ends/),
    ]);
  });

  it('refuses a loop in which no time passes', () => {
    expect(said(['next: rest', 'next: call'], ['silent: call', 'silent: rest'])).toEqual([
      expect.stringMatching(/:31:\d+: found step call in a loop without a wait/),
    ]);
  });

  it('refuses an ending that no path reaches', () => {
    expect(said(['not-now: end(lost)', 'not-now: end(done)'])).toEqual([
      expect.stringMatching(/:20:\d+: found ending lost, to which no path leads/),
    ]);
  });

  it('refuses a file whose example person gets another answer, and says why', () => {
    expect(said(['age: 40', 'age: 17'])).toEqual([
      'walk-more.yaml:45:5: found example "Smokes" to be not-eligible, Not aged 18 or over, expected actionable',
    ]);
  });

  it('refuses an example whose reason or priority differs', () => {
    expect(said(['expect: actionable', 'expect: actionable\n    priority: 5'])[0]).toMatch(
      /expected actionable, priority 5$/,
    );
  });

  it('gives no definition for a file with a mistake', () => {
    const outcome = readProgramme('walk-more.yaml', RIGHT.replace('attempts: 2', 'attempts: 0'), { facts: FACTS });
    expect(outcome.definition).toBeUndefined();
    expect(outcome.mistakes).toHaveLength(1);
  });
});

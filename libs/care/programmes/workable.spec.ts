import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { readProgramme } from './programme-file.js';

/* Whole programmes are made up and read as files, so that what is proved holds for what somebody writes. */

interface Written {
  [word: string]: unknown;
}

const TEMPLATES = ['walk-more-invite', 'walk-more-again'];

function aProgramme(pathway: readonly Written[]): Written {
  const named = (JSON.stringify(pathway).match(/end\([a-z-]+\)/g) ?? ['end(done)']).map((end) => end.slice(4, -1));
  const used = [...new Set(named)].filter((key) => key !== 'nowhere');
  return {
    programme: 'walk-more',
    version: 1,
    title: 'Walk more',
    summary: 'Offers a walk.',
    area: 'smoking',
    purpose: 'direct-care',
    sources: [
      { title: 'A guide', url: 'https://example.org/', read: '2026-11-01', status: 'unverified', supports: 'All.' },
    ],
    eligible: { age: { from: 18 } },
    coolOff: { otherwise: '6 months' },
    leave: { needMet: { register: 'copd' }, stillFor: { age: { from: 18 } } },
    triggers: { accepts: { age: { from: 18 } }, duringCoolOff: 'suppress' },
    endings: used.map((key) => ({ key, title: key, good: key === 'done' })),
    pathway,
    examplesOn: '2026-11-02',
    examples: [{ name: 'Grown up', age: 40, expect: 'actionable' }],
  };
}

function mistakesIn(programme: Written): readonly string[] {
  const content = stringify(programme);
  const facts = ['condition/copd', 'flag/pregnant'];
  const { mistakes = [] } = readProgramme('walk-more.yaml', content, { facts, templates: TEMPLATES });
  for (const { line, column, message, found } of mistakes) {
    expect(line).toBeLessThanOrEqual(content.split('\n').length);
    expect(message.startsWith(`walk-more.yaml:${line}:${column}: found ${found}, expected `)).toBe(true);
  }
  return mistakes.map(({ message }) => message);
}

const days = fc.integer({ min: 3, max: 60 }).map((amount) => `${amount} days`);
const role = fc.constantFrom('link-worker', 'care-coordinator', 'clinical-lead');

/** A step that leads to `next`, and here and there to one of `others`. */
function aStep(id: string, next: string, others: readonly string[]): fc.Arbitrary<Written> {
  const other = fc.constantFrom(next, ...others);
  const title = 'A step';
  const linear: readonly fc.Arbitrary<Written>[] = [
    fc.record({ wait: fc.constant(id), title: fc.constant(title), for: days, next: fc.constant(next) }),
    fc.record({ recheck: fc.constant(id), title: fc.constant(title), still: fc.constant(next) }),
    fc
      .tuple(role, days, other, fc.subarray(['owner', 'care-coordinator', 'manager']))
      .map(([by, due, else_, rungs]) => ({
        task: id,
        title,
        role: by,
        due,
        escalate: rungs.map((to, place) => ({ after: `${place + 1} working days`, to })),
        outcomes: [
          { key: 'well', label: 'Well', next, marks: ['reached'] },
          { key: 'ill', label: 'Ill', next: else_ },
        ],
      })),
    fc.tuple(other, other).map(([notCompleted, refused]) => ({
      referral: id,
      title,
      service: 'stop-smoking',
      need: 'Help',
      acceptWithin: '5 working days',
      reroute: 1,
      finishWithin: '12 weeks',
      completed: next,
      notCompleted,
      refused,
    })),
    fc.tuple(other, days).map(([lost, window]) => ({
      measure: id,
      title,
      instrument: 'russell-standard-4-week',
      role: 'link-worker',
      after: '28 days',
      window,
      results: [{ key: 'quit', label: 'Quit', good: true, next }],
      value: { label: 'Carbon monoxide', unit: 'ppm', min: 0, max: 200 },
      lost,
    })),
    fc.tuple(other, other).map(([otherwise, second]) => ({
      branch: id,
      title,
      ways: [
        { when: { flag: 'pregnant' }, because: 'Pregnant', next },
        { when: { register: 'copd' }, because: 'Ill', next: second },
      ],
      otherwise,
    })),
    fc
      .tuple(fc.array(fc.integer({ min: 5, max: 14 }), { minLength: 1, maxLength: 4 }), other, fc.boolean())
      .map(([waits, silent, byPhone]) => ({
        contact: id,
        title,
        template: 'walk-more-invite',
        plan: waits.map((wait, place) => ({
          channels: byPhone && place === waits.length - 1 ? ['phone'] : ['email', 'sms'],
          wait: `${wait} days`,
          ...(place === 1 && { template: 'walk-more-again' }),
        })),
        hours: { from: '09:00', to: '18:00', days: ['monday', 'friday'] },
        ...(byPhone && { phone: { title: 'Phone', role: 'link-worker', due: '3 days' } }),
        linkLasts: '60 days',
        replied: { yes: next, 'not-now': silent, sorted: next },
        silent,
      })),
  ];
  return fc.oneof(...linear);
}

/** A step of the main walk: one as above, one that can be put off, or several branches. */
function aBlock(place: number, last: number): fc.Arbitrary<readonly Written[]> {
  const id = `s${place}`;
  const next = place === last ? 'end(done)' : `s${place + 1}`;
  const others = [
    'end(done)',
    'end(stopped)',
    ...Array.from({ length: last - place }, (_, further) => `s${place + 1 + further}`),
  ];
  const branched = fc.tuple(fc.integer({ min: 2, max: 3 }), fc.constantFrom('all', 'first')).chain(([count, until]) =>
    fc
      .tuple(
        ...Array.from({ length: count }, (_, branch) =>
          fc.tuple(
            aStep(`${id}b${branch}a`, `${id}b${branch}b`, [`back(${id})`, 'end(stopped)']),
            aStep(`${id}b${branch}b`, `back(${id})`, ['end(stopped)']),
          ),
        ),
      )
      .map((branches): readonly Written[] => [
        {
          together: id,
          title: 'Side by side',
          branches: branches.map((_, branch) => ({ key: `b${branch}`, title: 'One', start: `${id}b${branch}a` })),
          until,
          next,
        },
        ...branches.flat(),
      ]),
  );
  const putOff: readonly Written[] = [
    {
      task: id,
      title: 'Phone',
      role: 'link-worker',
      due: '5 working days',
      outcomes: [
        { key: 'well', label: 'Well', next },
        { key: 'later', label: 'Later', next: `${id}w` },
      ],
    },
    { wait: `${id}w`, title: 'Later', for: '2 weeks', next: id },
  ];
  return fc.oneof(
    { weight: 4, arbitrary: aStep(id, next, others).map((step): readonly Written[] => [step]) },
    { weight: 2, arbitrary: branched },
    { weight: 1, arbitrary: fc.constant(putOff) },
  );
}

const pathways = fc
  .integer({ min: 0, max: 5 })
  .chain((last) => fc.tuple(...Array.from({ length: last + 1 }, (_, place) => aBlock(place, last))))
  .map((blocks): Written[] => blocks.flat());

const copy = (pathway: readonly Written[]): Written[] => structuredClone(pathway) as Written[];
const first = (pathway: readonly Written[], word: string): Written | undefined =>
  pathway.find((step) => Object.hasOwn(step, word));
const listIn = (step: Written, word: string): Written[] => step[word] as Written[];

/** Each breaks a pathway that is right, in place; false when it has nothing to break. */
const BREAKS: Readonly<Record<string, readonly [broken: RegExp, (pathway: Written[]) => boolean]>> = {
  'a step that no path reaches': [
    /found step alone, to which no path leads/,
    (pathway) => pathway.push({ wait: 'alone', title: 'Alone', for: '1 days', next: 'end(done)' }) > 0,
  ],
  'a path with no end': [
    /from which no path ends/,
    (pathway) => {
      const step = first(pathway, 'task');
      if (!step) return false;
      for (const outcome of listIn(step, 'outcomes')) outcome['next'] = 'round';
      pathway.push({ wait: 'round', title: 'Round', for: '1 days', next: 'round' });
      return true;
    },
  ],
  'a loop in which no time passes': [
    /in a loop without a wait/,
    (pathway) => {
      const step = first(pathway, 'task');
      if (step) listIn(step, 'outcomes')[1]!['next'] = step['task'];
      return step !== undefined;
    },
  ],
  'an outcome that leads nowhere': [
    /found "nowhere", expected one of/,
    (pathway) => {
      const step = first(pathway, 'task');
      if (step) listIn(step, 'outcomes')[0]!['next'] = 'nowhere';
      return step !== undefined;
    },
  ],
  'an ending that does not exist': [
    /found "end\(nowhere\)", expected one of/,
    (pathway) => {
      const step = first(pathway, 'wait');
      if (step) step['next'] = 'end(nowhere)';
      return step !== undefined;
    },
  ],
  'a word that a step does not know': [
    /found colour, expected one of/,
    (pathway) => {
      pathway[0]!['colour'] = 'red';
      return true;
    },
  ],
  'a step id used twice': [
    /again, expected a step id used once/,
    (pathway) => pathway.push({ wait: 's0', title: 'Again', for: '1 days', next: 'end(done)' }) > 0,
  ],
  'a template that does not exist': [
    /found "walk-invite", expected one of/,
    (pathway) => {
      const step = first(pathway, 'contact');
      if (step) listIn(step, 'plan')[0]!['template'] = 'walk-invite';
      return step !== undefined;
    },
  ],
  'a link that stops working before the attempts are over': [
    /found "4 days", expected at least the \d+ days that the attempts take/,
    (pathway) => {
      const step = first(pathway, 'contact');
      if (step) step['linkLasts'] = '4 days';
      return step !== undefined;
    },
  ],
  'an attempt by phone that nobody makes': [
    /expected who phones/,
    (pathway) => {
      const step = pathway.find((one) => Object.hasOwn(one, 'contact') && !Object.hasOwn(one, 'phone'));
      if (step) listIn(step, 'plan')[0]!['channels'] = ['phone'];
      return step !== undefined;
    },
  ],
  'a call that is due after its attempt is over': [
    /found "3 weeks", expected at most the \d+ days that the attempt waits/,
    (pathway) => {
      const step = first(pathway, 'phone');
      if (step) step['phone'] = { title: 'Phone', role: 'link-worker', due: '3 weeks' };
      return step !== undefined;
    },
  ],
  'hours without a day': [
    /expected at least/,
    (pathway) => {
      const step = first(pathway, 'contact');
      if (step) step['hours'] = { from: '09:00', to: '18:00', days: [] };
      return step !== undefined;
    },
  ],
  'hours that end before they begin': [
    /found "09:00", expected a time after from/,
    (pathway) => {
      const step = first(pathway, 'contact');
      if (step) step['hours'] = { from: '18:00', to: '09:00', days: ['monday'] };
      return step !== undefined;
    },
  ],
  'rungs out of order': [
    /expected more than the 4 working days of the rung before/,
    (pathway) => {
      const step = first(pathway, 'task');
      if (step) {
        step['escalate'] = [
          { after: '4 working days', to: 'care-coordinator' },
          { after: '2 working days', to: 'manager' },
        ];
      }
      return step !== undefined;
    },
  ],
  'a reminder after others were told': [
    /found "owner", expected a reminder of the owner before others are told/,
    (pathway) => {
      const step = first(pathway, 'task');
      if (step) {
        step['escalate'] = [
          { after: '1 working day', to: 'care-coordinator' },
          { after: '2 working days', to: 'owner' },
        ];
      }
      return step !== undefined;
    },
  ],
  'a figure that the measure cannot show': [
    /found -5, expected 0 to 500 ppm/,
    (pathway) => {
      const step = first(pathway, 'measure');
      if (step) step['value'] = { label: 'Carbon monoxide', unit: 'ppm', min: -5, max: 200 };
      return step !== undefined;
    },
  ],
  'a bound outside what is asked for': [
    /found 500, expected above 0 and up to 200 ppm/,
    (pathway) => {
      const step = first(pathway, 'measure');
      if (step) listIn(step, 'results')[0]!['valueBelow'] = 500;
      return step !== undefined;
    },
  ],
  'a bound of a value that is not asked for': [
    /expected no bound: this measure asks for no value/,
    (pathway) => {
      const step = first(pathway, 'measure');
      if (step) {
        delete step['value'];
        listIn(step, 'results')[0]!['valueFrom'] = 10;
      }
      return step !== undefined;
    },
  ],
  'a reading with which nothing can be chosen': [
    /found no result for a reading of 10 ppm/,
    (pathway) => {
      const step = first(pathway, 'measure');
      if (step) listIn(step, 'results')[0]!['valueBelow'] = 10;
      return step !== undefined;
    },
  ],
  'a way that is never taken': [
    /found the rule of an earlier way/,
    (pathway) => {
      const step = first(pathway, 'branch');
      if (step) listIn(step, 'ways')[1]!['when'] = { flag: 'pregnant' };
      return step !== undefined;
    },
  ],
  'a way back from outside the branches': [
    /found back\(s\d\) in step out, which is in no branch of it/,
    (pathway) => {
      const step = first(pathway, 'together');
      if (step) {
        pathway.push({ wait: 'out', title: 'Out', for: '1 days', next: `back(${String(step['together'])})` });
        step['next'] = 'out';
      }
      return step !== undefined;
    },
  ],
  'a branch that never comes back': [
    /found branch b\d, which never comes back/,
    (pathway) => {
      const step = first(pathway, 'together');
      if (!step) return false;
      step['until'] = 'all';
      const start = listIn(step, 'branches')[0]!;
      start['start'] = 'dead-end';
      const begun = pathway.findIndex((one) => Object.values(one)[0] === `${String(step['together'])}b0a`);
      pathway.splice(begun, 2, { wait: 'dead-end', title: 'Dead end', for: '1 days', next: 'end(done)' });
      return true;
    },
  ],
  'branches that share a step': [
    /reached from branch b0 of s\d and from branch b1 of s\d/,
    (pathway) => {
      const step = first(pathway, 'together');
      if (step) listIn(step, 'branches')[1]!['start'] = listIn(step, 'branches')[0]!['start'];
      return step !== undefined;
    },
  ],
  'a way into a branch from outside': [
    /reached from outside of all branches and from branch b0 of s\d/,
    (pathway) => {
      const step = first(pathway, 'together');
      if (step) step['next'] = listIn(step, 'branches')[0]!['start'];
      return step !== undefined;
    },
  ],
  'branches within a branch': [
    /together step within within branch b0 of s\d/,
    (pathway) => {
      const step = first(pathway, 'together');
      if (!step) return false;
      const start = listIn(step, 'branches')[0]!;
      const [one, other] = ['inner-one', 'inner-other'];
      pathway.push(
        {
          together: 'within',
          title: 'Within',
          branches: [one, other].map((id) => ({ key: id, title: id, start: id })),
          next: String(start['start']),
        },
        ...[one, other].map((id) => ({ wait: id, title: id, for: '1 days', next: 'back(within)' })),
      );
      start['start'] = 'within';
      return true;
    },
  ],
};

const LENGTHS = ['-3 days', '0 days', '61 months', '6 years', '99999 weeks', '1.5 days', 'soon', ''];

describe('a programme that can work', () => {
  it('is taken, whatever steps it is made of', () => {
    fc.assert(
      fc.property(pathways, (pathway) => {
        expect(mistakesIn(aProgramme(pathway))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('is taken with every kind of step and every length up to five years', () => {
    const wait = { wait: 'rest', title: 'Rest', for: '5 years', next: 'end(done)' };
    expect(mistakesIn(aProgramme([wait]))).toEqual([]);
  });
});

describe('a programme that cannot work', () => {
  it.each(Object.entries(BREAKS))('is refused for %s', (_what, [expected, spoil]) => {
    let spoiled = 0;
    fc.assert(
      fc.property(pathways, (pathway) => {
        const broken = copy(pathway);
        fc.pre(spoil(broken));
        spoiled += 1;
        expect(mistakesIn(aProgramme(broken))).toContainEqual(expect.stringMatching(expected));
      }),
      { numRuns: 25 },
    );
    expect(spoiled).toBeGreaterThan(10);
  });

  it('is refused for a length that is none, is negative or is longer than anybody should wait', () => {
    fc.assert(
      fc.property(
        pathways,
        fc.constantFrom(...LENGTHS),
        fc.constantFrom('for', 'due', 'window', 'acceptWithin'),
        (pathway, written, word) => {
          const broken = copy(pathway);
          const step = first(broken, word);
          fc.pre(step !== undefined);
          step![word] = written;
          expect(mistakesIn(aProgramme(broken))).toContainEqual(
            expect.stringMatching(/expected (a length of time|at most 5 years)/),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('what a refusal says', () => {
  const invite = {
    contact: 'invite',
    title: 'Invite',
    template: 'walk-more-invite',
    plan: [{ channels: ['phone'], wait: '7 days' }],
    linkLasts: '28 days',
    replied: { yes: 'end(done)', 'not-now': 'end(done)', sorted: 'end(done)' },
    silent: 'end(done)',
  };

  it('is the place, what is wrong, and the mend', () => {
    const { mistakes } = readProgramme('walk-more.yaml', stringify(aProgramme([{ ...invite, linkLasts: '3 days' }])), {
      facts: ['condition/copd'],
    });
    expect(mistakes?.map(({ mend }) => mend)).toEqual([
      'Write phone: { title: …, role: link-worker, due: 5 working days }',
      'Write linkLasts: 7 days, so that the reply link works until the last of them is over',
    ]);
    expect(mistakes?.[1]).toMatchObject({ line: 41, column: 16, found: '"3 days"' });
  });

  it('is not said of a call that nobody has to make', () => {
    const byMail = { ...invite, plan: [{ channels: ['email'], wait: '7 days' }], phone: undefined };
    expect(mistakesIn(aProgramme([byMail]))).toEqual([]);
  });

  it('names an ending that is called as an exit is', () => {
    expect(mistakesIn(aProgramme([{ wait: 'rest', title: 'Rest', for: '1 days', next: 'end(died)' }]))).toEqual([
      expect.stringMatching(/found "died", expected another name than that of an exit/),
    ]);
  });
});

describe('compiling', () => {
  it('says of a plan what older readers of a script ask for, and turns days into numbers', () => {
    const invite = {
      contact: 'invite',
      title: 'Invite',
      template: 'walk-more-invite',
      plan: [
        { channels: ['email'], wait: '7 days' },
        { channels: ['sms', 'letter'], wait: '10 days', template: 'walk-more-again' },
        { channels: ['phone'], wait: '5 working days' },
      ],
      hours: { from: '09:00', to: '17:30', days: ['saturday', 'monday'] },
      phone: { title: 'Phone', role: 'link-worker', due: '5 working days' },
      linkLasts: '28 days',
      replied: { yes: 'both', 'not-now': 'end(stopped)', sorted: 'end(done)' },
      silent: 'end(stopped)',
    };
    const both = {
      together: 'both',
      title: 'Both',
      branches: [
        { key: 'one', title: 'One', start: 'one' },
        { key: 'two', title: 'Two', start: 'two' },
      ],
      next: 'call',
    };
    const call = {
      task: 'call',
      title: 'Call',
      role: 'link-worker',
      due: '2 days',
      escalate: [
        { after: '1 working day', to: 'owner' },
        { after: '3 working days', to: 'manager' },
      ],
      outcomes: [{ key: 'done', label: 'Done', next: 'end(done)' }],
    };
    const branches = ['one', 'two'].map((id) => ({ wait: id, title: id, for: '1 days', next: 'back(both)' }));
    const content = stringify(aProgramme([invite, both, ...branches, call]));
    const { definition, mistakes } = readProgramme('walk-more.yaml', content, { facts: ['condition/copd'] });
    expect(mistakes).toBeUndefined();
    const [contact, together, one, , task] = definition?.script.steps ?? [];
    expect(contact).toMatchObject({
      channels: ['email', 'sms', 'letter', 'phone'],
      attempts: 3,
      every: { amount: 7, unit: 'days' },
      hours: { from: '09:00', to: '17:30', days: [1, 6] },
    });
    expect(together).toMatchObject({ kind: 'together', until: 'all', next: { step: 'call' } });
    expect(one).toMatchObject({ next: { back: 'both' } });
    expect(task).toMatchObject({ escalate: [{ to: 'owner' }, { to: 'programme-manager' }] });
    expect(definition?.leave).toEqual({
      needMet: { test: 'standing', kind: 'condition', any: ['copd'] },
      stillFor: { test: 'age', from: 18 },
      onceHelped: 'leave',
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import { shippedAssumptions } from './simulation-assumptions.js';
import type { Happening, Journal, WalkedPerson } from './simulation-journal.js';
import { resultOf, type SimulationSetting } from './simulation-result.js';

const START = Date.parse('2027-01-04T00:00:00Z');
const DAY = 86_400_000;
const at = (days: number): number => START + days * DAY;
const SETTING: SimulationSetting = {
  id: '018f0000-0000-7000-8000-000000000001',
  programme: 'stop-smoking',
  version: 3,
  live: false,
  title: 'Stop smoking',
  weeks: 2,
  overWeeks: 1,
  seed: 7,
  startsOn: '2027-01-04',
  found: 40,
  underWayAlready: 0,
};

function somebody(changes: Partial<WalkedPerson> = {}): WalkedPerson {
  return { quintile: 1, sex: 'female', ethnicCategory: 'A', age: 40, ...changes };
}

function aJournal(happenings: readonly Happening[], changes: Partial<Journal> = {}): Journal {
  return {
    weekStarts: [at(0), at(7), at(14)],
    people: [somebody()],
    happenings,
    staff: { 'link-worker': 10 },
    services: [{ id: 's1', name: 'Quit here', kind: 'stop-smoking', area: 'here' }],
    endings: [
      { key: 'quit', title: 'Stopped', good: true },
      { key: 'lost', title: 'Lost', good: false },
    ],
    ...changes,
  };
}

const tell = (happenings: readonly Happening[], changes: Partial<Journal> = {}) =>
  resultOf(SETTING, aJournal(happenings, changes), shippedAssumptions());

const opened = (task: string, day: number, dueIn = 3): Happening => ({
  kind: 'task-opened',
  at: at(day),
  person: 0,
  task,
  role: 'link-worker',
  minutes: 30,
  dueAt: at(day + dueIn),
});
const done = (task: string, day: number): Happening => ({
  kind: 'task-worked',
  at: at(day),
  person: 0,
  task,
  minutes: 30,
  done: true,
  marks: [],
});
const referral = (
  name: string,
  status: Extract<Happening, { kind: 'referral' }>['status'],
  day: number,
): Happening => ({
  kind: 'referral',
  at: at(day),
  person: 0,
  referral: name,
  service: 's1',
  status,
});

describe('the work of a role', () => {
  it('adds up week by week: what is opened is done, cancelled or still open', () => {
    const result = tell([
      opened('a', 1),
      opened('b', 2),
      opened('c', 3),
      opened('d', 8),
      done('a', 4),
      { kind: 'task-cancelled', at: at(9), person: 0, task: 'b' },
      { kind: 'task-worked', at: at(10), person: 0, task: 'c', minutes: 30, done: false, marks: [] },
    ]);
    expect(result.work).toEqual([
      {
        role: 'link-worker',
        title: 'Link worker',
        hoursAvailable: 10,
        weeks: [
          {
            opened: 3,
            done: 1,
            cancelled: 0,
            hoursNeeded: 1.5,
            hoursWorked: 0.5,
            openAtEnd: 2,
            pastDueAtEnd: 2,
          },
          {
            opened: 1,
            done: 0,
            cancelled: 1,
            hoursNeeded: 0.5,
            hoursWorked: 0.5,
            openAtEnd: 2,
            pastDueAtEnd: 2,
          },
        ],
      },
    ]);
  });

  it('puts what happens at midnight on Monday into the new week', () => {
    const [role] = tell([opened('a', 7)]).work;
    expect(role?.weeks.map((week) => week.opened)).toEqual([0, 1]);
  });
});

describe('the demand on a service', () => {
  it('counts as waiting what was sent and not answered by the end of the week', () => {
    const result = tell([
      referral('a', 'sent', 1),
      referral('a', 'accepted', 3),
      referral('b', 'sent', 5),
      referral('b', 'declined', 9),
      referral('c', 'sent', 6),
      referral('c', 'expired', 13),
      referral('d', 'sent', 12),
    ]);
    expect(result.services).toEqual([
      {
        id: 's1',
        name: 'Quit here',
        kind: 'stop-smoking',
        weeks: [
          { sent: 3, accepted: 1, declined: 0, expired: 0, waitingAtEnd: 2 },
          { sent: 1, accepted: 0, declined: 1, expired: 1, waitingAtEnd: 1 },
        ],
      },
    ]);
  });

  it('leaves out a service that nobody was sent to', () => {
    expect(tell([]).services).toEqual([]);
  });
});

describe('promises not kept', () => {
  it('count in the week in which the time passed', () => {
    const { breaches } = tell([
      opened('late', 1),
      done('late', 8),
      opened('never', 6),
      opened('in-time', 1),
      done('in-time', 2),
      { kind: 'rung-climbed', at: at(9), person: 0, task: 'never', to: 'team-lead' },
      referral('r', 'sent', 1),
      referral('r', 'expired', 8),
    ]);
    expect(breaches).toEqual([
      { tasksPastDue: 1, rungsClimbed: 0, referralsExpired: 0 },
      { tasksPastDue: 1, rungsClimbed: 1, referralsExpired: 1 },
    ]);
  });
});

describe('how it ends', () => {
  const people = [somebody(), somebody(), somebody(), somebody()];
  const letIn = (person: number): Happening => ({ kind: 'let-in', at: at(person), person });
  const result = tell(
    [
      letIn(0),
      letIn(1),
      letIn(2),
      { kind: 'ended', at: at(4), person: 0, ending: 'quit', exit: false, good: true },
      { kind: 'ended', at: at(13), person: 1, ending: 'opted-out', exit: true, good: false },
    ],
    { people },
  );

  it('accounts for everybody', () => {
    expect(result.people).toEqual({ letIn: 3, underWayAtEnd: 1, notLetIn: 1 });
    expect(result.endings).toEqual([
      { key: 'quit', title: 'Stopped', kind: 'good', people: 1 },
      { key: 'lost', title: 'Lost', kind: 'other', people: 0 },
      { key: 'opted-out', title: 'Asked us to stop', kind: 'left', people: 1 },
    ]);
  });

  it('says how long pathways took, from being let in', () => {
    expect(result.length).toEqual({ ended: 2, quarter: 4, median: 12, threeQuarters: 12, longest: 12, byWeek: [1, 1] });
  });

  it('says nothing of lengths when nothing has ended', () => {
    expect(tell([letIn(0)]).length).toMatchObject({ ended: 0, median: null, byWeek: [0, 0] });
  });
});

describe('messages', () => {
  it('are counted by channel and week, and those nobody could be sent apart', () => {
    const message = (channel: string, day: number, fate: 'sent' | 'came-back' | 'not-reachable'): Happening => ({
      kind: 'message',
      at: at(day),
      person: 0,
      channel,
      fate,
    });
    const result = tell([
      message('sms', 1, 'sent'),
      message('sms', 2, 'came-back'),
      message('email', 8, 'sent'),
      message('email', 8, 'not-reachable'),
    ]);
    expect(result.messages).toEqual([
      {
        channel: 'email',
        title: 'E-mail',
        weeks: [
          { sent: 0, cameBack: 0 },
          { sent: 1, cameBack: 0 },
        ],
      },
      {
        channel: 'sms',
        title: 'Text message',
        weeks: [
          { sent: 1, cameBack: 1 },
          { sent: 0, cameBack: 0 },
        ],
      },
    ]);
    expect(result.notReachable).toBe(1);
  });
});

describe('a result', () => {
  it('says that it is a forecast, of what, and is made with which assumptions', () => {
    const { provenance, assumptions, format } = tell([]);
    expect(provenance).toBe(
      'A forecast from assumptions, not a record of what happened · Stop smoking v3, not live · 1 people let in over 1 week · 2 weeks from 4 Jan 2027 · seed 7',
    );
    expect(assumptions).toEqual(shippedAssumptions());
    expect(format).toBe('fairway-simulation/1');
  });

  it('is the same in whatever order things were noted down', () => {
    const happenings = [opened('a', 1), opened('b', 2), done('b', 5), referral('r', 'sent', 3), done('a', 9)];
    expect(tell(happenings.toReversed())).toEqual(tell(happenings));
  });

  it('says what matters in whole sentences', () => {
    const busy = Array.from({ length: 24 }, (_, task) => opened(`t${task}`, 8));
    const { summary } = tell([...busy, { kind: 'let-in', at: at(0), person: 0 }, referral('r', 'sent', 1)]);
    expect(summary).toEqual([
      'In the busiest week, week 2, link workers would need 12 hours, more than the 10 they have.',
      'Quit here would get 1 referral, at most 1 in a week, with up to 1 waiting for an answer.',
      '24 tasks would pass their due time.',
      'Every referral would be answered in time.',
      'Of 1 person let in, 0 in 100 would end well within 2 weeks; 100 in 100 would still be under way.',
      'No pathway would have ended yet.',
    ]);
  });
});

describe('who gets how far', () => {
  const people = [
    ...Array.from({ length: 30 }, () => somebody({ quintile: 1, age: 30 })),
    ...Array.from({ length: 3 }, () => somebody({ quintile: 5, sex: 'male', ethnicCategory: 'H', age: 82 })),
    ...Array.from({ length: 20 }, () => somebody({ quintile: null, sex: 'male', ethnicCategory: 'Z', age: 50 })),
  ];
  const reached = people.map((_, person): Happening => ({
    kind: 'message',
    at: at(1),
    person,
    channel: 'sms',
    fate: 'sent',
  }));
  const { equity } = tell(reached, { people });
  const row = (grouping: string, key: string): readonly string[] =>
    equity.groupings
      .find((one) => one.key === grouping)!
      .rows.find((one) => one.key === key)!
      .cells.map(({ text }) => text);

  it('hides small groups', () => {
    expect(row('quintile', '5').slice(0, 2)).toEqual(['*', '*']);
    expect(row('quintile', '1').slice(0, 2)).toEqual(['30', '30']);
  });

  it('hides a large group too where the small one would follow from the total, which is known', () => {
    const nine = [...Array.from({ length: 8 }, () => somebody()), somebody({ sex: 'male' })];
    const [female, male] = tell([], { people: nine }).equity.groupings[1]!.rows;
    expect([female!.cells[0]!.text, male!.cells[0]!.text]).toEqual(['*', '*']);
  });

  it('counts nobody at stages that nobody reached', () => {
    expect(row('quintile', '1').slice(2)).toEqual(['0', '0', '0', '0', '0']);
  });

  it('puts ages and ethnic categories into their groups', () => {
    const counts = (grouping: string, key: string): number | null =>
      equity.groupings.find((one) => one.key === grouping)!.rows.find((one) => one.key === key)!.cells[0]!.count;
    expect(counts('age', '65-79')).toBe(0);
    expect(counts('age', '80-over')).toBeNull();
    expect(counts('ethnic-group', 'black')).toBe(0);
    expect(counts('ethnic-group', 'asian')).toBeNull();
  });

  it('takes the furthest sign of each person', () => {
    const many = Array.from({ length: 20 }, () => somebody());
    const happenings = many.flatMap((_, person): Happening[] => [
      { kind: 'replied', at: at(1), person, answer: 'not-now' },
      { ...referral(`r${person}`, 'started', 3), person },
      { kind: 'measured', at: at(5), person, good: person < 10 },
      { kind: 'ended', at: at(6), person, ending: 'quit', exit: false, good: true },
    ]);
    const cells = tell(happenings, { people: many }).equity.groupings[1]!.rows[0]!.cells;
    expect(cells.map(({ text }) => text)).toEqual(['20', '20', '20', '20', '20', '20', '10']);
    expect(cells.at(-1)!.percent).toBe(50);
  });
});

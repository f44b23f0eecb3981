import { describe, expect, it } from '@jest/globals';
import { type Assumptions, shippedAssumptions } from '#care/reports';
import type { OpenTask } from '#workflows';
import { Course, type Subject } from './course.js';
import { Draws } from './draws.js';
import { World } from './world.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const working = (amount: number) => ({ amount, unit: 'working-days' }) as const;

function somebody(n: number, changes: Partial<Subject> = {}): Subject {
  return {
    personId: `person-${n}`,
    teamKey: 'here',
    area: 'here',
    priority: 0,
    underWay: false,
    quintile: 3,
    sex: 'female',
    ethnicCategory: 'A',
    age: 40,
    ...changes,
  };
}

function aWorld({
  people = 4,
  change = (assumptions: Assumptions): Assumptions => assumptions,
  subjects = Array.from({ length: people }, (_, n) => somebody(n)),
} = {}): World {
  return new World({
    programme: 'stop-smoking',
    seed: 1,
    weeks: 4,
    overWeeks: 1,
    startsOn: '2027-01-04',
    subjects,
    services: [{ id: 'one', name: 'One', kind: 'stop-smoking', area: 'here' }],
    assumptions: change(shippedAssumptions()),
  });
}

const aCall = (): OpenTask => ({
  episodeId: 'e',
  step: 'call',
  key: 'k',
  seq: 1,
  at: '2027-01-04T09:00:00.000Z',
  kind: 'call',
  title: 'Phone',
  role: 'link-worker',
  due: working(5),
  escalateAfter: [],
  outcomes: [{ key: 'agreed', label: 'Yes', marks: ['reached', 'accepted'] }],
});

/** Walks each course through one day, and answers what came of it. */
function pass(world: World, day: number): string[] {
  world.morning(day);
  const came: string[] = [];
  for (const course of world.courses) {
    while (course.nextAt < world.dayStarts[day + 1]!) {
      const coming = course.advance();
      const event = coming?.tell();
      if (event) came.push(event.kind === 'referral-answered' ? event.answer : event.kind);
    }
  }
  return came;
}

describe('letting in', () => {
  it('spreads people over the working days, most urgent first', () => {
    const subjects = [somebody(0), somebody(1, { priority: 50 }), somebody(2), somebody(3), somebody(4)];
    const world = aWorld({ subjects });
    const times = world.letInTimes();
    const days = world.courses.map((course) => Math.floor((times.get(course)! - world.dayStarts[0]!) / DAY));
    expect(days).toEqual([1, 0, 2, 3, 4]);
    expect(Math.min(...times.values())).toBe(world.dayStarts[0]! + 9 * HOUR);
  });
});

describe('the team', () => {
  const hours = (hoursEach: number) => (assumptions: Assumptions) => ({
    ...assumptions,
    work: { ...assumptions.work, staff: { ...assumptions.work.staff, 'link-worker': { people: 1, hoursEach } } },
  });

  /** Four calls of 25 minutes opened on Monday. */
  function busy(hoursEach: number): World {
    const world = aWorld({ change: hours(hoursEach) });
    for (const [place, course] of world.courses.entries()) {
      course.now = world.dayStarts[0]! + 10 * HOUR;
      world.openTask(course, `task-${place}`, aCall(), world.dayStarts[0]! + (10 - place) * DAY);
    }
    return world;
  }

  it('begins on the next working day, and does no more than its hours allow', () => {
    const world = busy(4);
    expect(pass(world, 0)).toEqual([]);
    expect(pass(world, 1)).toEqual(['task-completed', 'task-completed']);
    expect(pass(world, 2)).toEqual(['task-completed', 'task-completed']);
    expect(pass(world, 3)).toEqual([]);
  });

  it('takes what is due first', () => {
    const world = busy(2);
    pass(world, 1);
    const done = world.happenings.filter(({ kind }) => kind === 'task-worked');
    expect(done).toMatchObject([{ person: 3, done: true, marks: ['reached', 'accepted'] }]);
  });

  it('rests at the weekend', () => {
    const world = busy(0.5);
    const days = Array.from({ length: 14 }, (_, day) => (pass(world, day).length > 0 ? day % 7 : null));
    expect(days.filter((day) => day === 5 || day === 6)).toEqual([]);
    expect(days.filter((day) => day !== null)).toHaveLength(4);
  });

  it('leaves alone what was cancelled meanwhile', () => {
    const world = busy(4);
    world.morning(1);
    expect(world.cancelTask(world.courses[3]!, 'task-3')).toBe(true);
    const coming = world.courses[3]!.advance();
    expect(coming?.tell()).toBeNull();
  });
});

describe('a service', () => {
  const sure = (assumptions: Assumptions): Assumptions => ({
    ...assumptions,
    services: {
      ...assumptions.services,
      declines: 0,
      neverAnswers: 0,
      halfAnswerWithinWorkingDays: 0,
      placesPerWeek: { ...assumptions.services.placesPerWeek, 'stop-smoking': 3 },
    },
  });

  it('takes as many a week as it has places; the others wait', () => {
    const world = aWorld({ people: 5, change: sure });
    for (const course of world.courses) {
      course.now = world.dayStarts[0]! + 10 * HOUR;
      expect(world.sendReferral(course, `referral-${course.place}`, 'stop-smoking', [])).not.toBeNull();
    }
    const taken = [1, 2, 3, 4, 5, 6].flatMap((day) => pass(world, day)).filter((word) => word === 'accepted');
    expect(taken).toHaveLength(3);
    const later = [7, 8].flatMap((day) => pass(world, day)).filter((word) => word === 'accepted');
    expect(later).toHaveLength(2);
  });

  it('is not asked twice by one step, and is missed when there is no other', () => {
    const world = aWorld({ people: 1 });
    const course = world.courses[0]!;
    world.sendReferral(course, 'first', 'stop-smoking', []);
    expect(world.sendReferral(course, 'second', 'stop-smoking', ['first'])).toBeNull();
    expect(world.happenings.at(-1)).toMatchObject({ kind: 'no-service' });
  });

  it('has the last word when it answered before the time was over', () => {
    const world = aWorld({ people: 1, change: sure });
    const course = world.courses[0]!;
    course.now = world.dayStarts[0]! + 10 * HOUR;
    world.sendReferral(course, 'r', 'stop-smoking', []);
    pass(world, 1);
    expect(world.closeReferral('r', 'expired')).toBe(false);
  });
});

describe('an ending', () => {
  it('cancels what is open and takes back what was sent', () => {
    const world = aWorld({ people: 1 });
    const course = world.courses[0]!;
    world.openTask(course, 't', aCall(), DAY);
    world.sendReferral(course, 'r', 'stop-smoking', []);
    world.end(course, { ending: 'opted-out', exit: true, good: false });
    expect(world.happenings.slice(-3)).toMatchObject([
      { kind: 'task-cancelled', task: 't' },
      { kind: 'referral', status: 'withdrawn' },
      { kind: 'ended', ending: 'opted-out' },
    ]);
    expect(course.nextAt).toBe(Infinity);
  });
});

describe('chance', () => {
  it('is the same for the same seed, person and name, in whatever order it is asked', () => {
    const one = new Draws(1, 'person-1');
    const first = one.draw('a');
    one.draw('b');
    expect(one.draw('a')).toBe(first);
    expect(new Draws(1, 'person-1').draw('a')).toBe(first);
    expect([new Draws(2, 'person-1').draw('a'), new Draws(1, 'person-2').draw('a')]).not.toContain(first);
  });

  it('falls as often as it should', () => {
    const hits = Array.from({ length: 4000 }, (_, n) => new Draws(3, `p${n}`).chance('reply', 0.2)).filter(Boolean);
    expect(hits.length).toBeGreaterThan(720);
    expect(hits.length).toBeLessThan(880);
  });

  it('picks by weight, and nothing where there is none', () => {
    const picks = Array.from({ length: 1000 }, (_, n) =>
      new Draws(n, 'p').pick('what', { often: 0.9, seldom: 0.1, never: 0 }),
    );
    expect(picks.filter((pick) => pick === 'often').length).toBeGreaterThan(850);
    expect(picks).not.toContain('never');
    expect(new Draws(1, 'p').pick('what', { none: 0 })).toBeNull();
  });
});

describe('a course', () => {
  it('stops at what comes and at what is waited for, in order', () => {
    const course = new Course(0, somebody(0), new Draws(1, 'p'));
    const told: string[] = [];
    course.plan(30, () => {
      told.push('reply');
      return null;
    });
    course.waitFor('a', 20);
    course.waitFor('b', 40);
    course.waitFor('b', 50);
    const stops: number[] = [];
    while (course.nextAt < Infinity) {
      course.advance()?.tell();
      stops.push(course.now);
    }
    expect([stops, told]).toEqual([[20, 30, 50], ['reply']]);
  });

  it('reads an instant it gave as that, and the pathway’s own as now', () => {
    const course = new Course(0, somebody(0), new Draws(1, 'p'));
    const given = course.waitFor('a', Date.parse('2027-01-04T09:00:00Z'));
    course.now = Date.parse('2027-01-05T09:00:00Z');
    expect(course.read(given)).toBe(Date.parse('2027-01-04T09:00:00Z'));
    expect(course.read('2027-01-05T09:00:41.123Z')).toBe(course.now);
    course.now += DAY;
    expect(course.read('2027-01-05T09:00:41.123Z')).toBe(course.now - DAY);
  });
});

import { type Assumptions, type Fifth, type Happening, named, type SimulatedService } from '#care/reports';
import { after, type Duration, isWorkingDay, type Nation } from '#platform/kernel';
import type { ExitReason, OpenTask, PathwayEvent } from '#workflows';
import { DateTime } from 'luxon';
import { Course, type Subject } from './course.js';
import { Draws } from './draws.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ZONE = 'Europe/London';
/** People are at work from nine to five. */
const OPENS = 9 * HOUR;
const AT_WORK = 8 * HOUR;
const WORKING_DAYS = 5;
const NATION: Nation = 'england';
const YEAR = 365.25 * DAY;

export interface WorldPlan {
  readonly programme: string;
  readonly seed: number;
  readonly weeks: number;
  readonly overWeeks: number;
  /** Day, YYYY-MM-DD; a Monday. */
  readonly startsOn: string;
  readonly subjects: readonly Subject[];
  readonly services: readonly SimulatedService[];
  readonly assumptions: Assumptions;
}

interface Task {
  readonly id: string;
  readonly course: Course;
  readonly role: string;
  readonly call: OpenTask;
  readonly openedAt: number;
  readonly dueAt: number;
  readonly minutes: number;
  status: 'open' | 'done' | 'cancelled';
  /** From when it may be worked at. */
  readyAt: number;
  /** Somebody has it today. */
  inHand: boolean;
  tries: number;
}

interface Referral {
  readonly id: string;
  readonly course: Course;
  readonly service: SimulatedService;
  readonly sentAt: number;
  status: 'sent' | 'accepted' | 'declined' | 'expired' | 'withdrawn' | 'started' | 'completed' | 'not-completed';
  /** The service has decided; its answer is on its way. */
  decided: boolean;
}

/**
 * Everybody but the pathway: people, the teams that work for them, and the services they are referred to. Teams and
 * services take stock once a morning of what was there the evening before, and of each day only in a fixed order: so
 * that people can be walked side by side, and a result is the same each time.
 */
export class World {
  readonly happenings: Happening[] = [];
  readonly courses: readonly Course[];
  readonly dayStarts: readonly number[];
  readonly weekStarts: readonly number[];
  private readonly tasks = new Map<string, Task>();
  private readonly referrals = new Map<string, Referral>();
  /** Open referrals of each service as of this morning. */
  private load: ReadonlyMap<string, number> = new Map();
  private readonly taken = new Map<string, number>();

  constructor(private readonly plan: WorldPlan) {
    const start = DateTime.fromISO(plan.startsOn, { zone: ZONE });
    const days = plan.weeks * 7;
    this.dayStarts = Array.from({ length: days + 1 }, (_, day) => start.plus({ days: day }).toMillis());
    this.weekStarts = Array.from({ length: plan.weeks + 1 }, (_, week) => this.dayStarts[week * 7]!);
    this.courses = plan.subjects.map(
      (subject, place) => new Course(place, subject, new Draws(plan.seed, subject.personId)),
    );
  }

  /** Hours a week that all teams together have, by role, for the roles of the tasks there were. */
  get staff(): Readonly<Record<string, number>> {
    const teams = new Set(this.plan.subjects.map(({ teamKey }) => teamKey)).size;
    const roles = [...new Set([...this.tasks.values()].map(({ role }) => role))];
    return Object.fromEntries(roles.map((role) => [role, this.hoursOf(role) * teams]));
  }

  /** When each person is let in: most urgent first, evenly over the working days of the first weeks. */
  letInTimes(): ReadonlyMap<Course, number> {
    const { overWeeks } = this.plan;
    const days = this.dayStarts.slice(0, Math.min(overWeeks * 7, this.dayStarts.length - 1)).filter(isOfWork);
    const queue = this.courses.toSorted(
      (one, other) =>
        other.subject.priority - one.subject.priority || (one.subject.personId < other.subject.personId ? -1 : 1),
    );
    const times = new Map<Course, number>();
    for (const [turn, course] of queue.entries()) {
      const along = (turn / queue.length) * days.length;
      const day = days[Math.floor(along)];
      if (day !== undefined) times.set(course, day + OPENS + Math.floor(((along % 1) * AT_WORK) / MINUTE) * MINUTE);
    }
    return times;
  }

  letIn(course: Course): void {
    this.note(course, { kind: 'let-in' });
    for (const [reason, share] of Object.entries(this.plan.assumptions.leaving.perYear)) {
      if (share === 0) continue;
      const years = share >= 1 ? 0 : Math.log(1 - course.draws.draw(`leaves/${reason}`)) / Math.log(1 - share);
      course.plan(course.now + years * YEAR, () => left(course, reason as ExitReason));
    }
  }

  note(course: Course, happening: DistributiveOmit<Happening, 'at' | 'person'>): void {
    this.happenings.push({ ...happening, at: course.now, person: course.place });
  }

  instantAfter(from: number, length: Duration): number {
    return after(new Date(from), length, NATION).getTime();
  }

  /** What teams and services do on a day. Called before anybody is walked through it. */
  morning(day: number): void {
    const dayStart = this.dayStarts[day]!;
    this.load = this.countLoad();
    if (!isOfWork(dayStart)) return;
    this.workThrough(dayStart);
    this.answerReferrals(day, dayStart);
  }

  // Messages

  sendMessage(course: Course, message: { channel: string; step: string; attempt: number; linkLasts: Duration }): void {
    const { channel, step, attempt, linkLasts } = message;
    const { messages, replies } = this.plan.assumptions;
    const { draws, subject } = course;
    this.note(course, { kind: 'message', channel, fate: 'sent' });
    const name = `message/${step}/${attempt}/${channel}`;
    if (draws.chance(`${name}/comes-back`, messages.comesBack[channel] ?? 0)) {
      course.plan(course.now + DAY, () => {
        this.note(course, { kind: 'message', channel, fate: 'came-back' });
        return { kind: 'message-failed', id: course.eventId(), step, attempt, because: 'simulated' };
      });
      return;
    }
    const byAge = replies.byAge.find(({ to }) => subject.age <= to)?.times ?? 1;
    const byAttempt = replies.byAttempt[Math.min(attempt, replies.byAttempt.length) - 1]!;
    const chance = (replies.chance[channel] ?? 0) * replies.byFifth[fifthOf(subject)] * byAge * byAttempt;
    if (!draws.chance(`${name}/answers`, chance)) return;
    const at = course.now + draws.length(`${name}/when`, replies.halfAnswerWithinDays) * DAY;
    if (at > this.instantAfter(course.now, linkLasts)) return;
    const answer = draws.pick(`${name}/what`, replies.answers);
    if (answer) course.plan(at, () => this.reply(course, step, answer));
  }

  private reply(course: Course, step: string, answer: keyof Assumptions['replies']['answers']): PathwayEvent | null {
    this.note(course, { kind: 'replied', answer });
    if (answer === 'stop') return left(course, 'opted-out');
    const until = answer === 'later' ? { until: this.askedAgain(course) } : {};
    return { kind: 'replied', id: course.eventId(), step, answer, ...until };
  }

  /** The day on which somebody who said later wants to be asked again. */
  private askedAgain(course: Course): string {
    return new Date(course.now + this.plan.assumptions.replies.laterMeansDays * DAY).toISOString();
  }

  // Tasks

  openTask(course: Course, id: string, call: OpenTask, dueAt: number): void {
    const minutes = this.plan.assumptions.work.minutes[call.kind];
    const task: Task = {
      id,
      course,
      role: call.role,
      call,
      openedAt: course.now,
      dueAt,
      minutes,
      status: 'open',
      readyAt: course.now,
      inHand: false,
      tries: 0,
    };
    this.tasks.set(id, task);
    this.note(course, { kind: 'task-opened', task: id, role: call.role, minutes, dueAt });
  }

  climb(course: Course, id: string, to: string): void {
    if (this.tasks.get(id)?.status === 'open') this.note(course, { kind: 'rung-climbed', task: id, to });
  }

  /** False when it was done first. */
  cancelTask(course: Course, id: string): boolean {
    const task = this.tasks.get(id);
    if (!task || task.status === 'done') return false;
    if (task.status === 'open') {
      task.status = 'cancelled';
      this.note(course, { kind: 'task-cancelled', task: id });
    }
    return true;
  }

  /** Each team's people take the tasks due first, as far as their hours of the day go. */
  private workThrough(dayStart: number): void {
    const pools = new Map<string, Task[]>();
    for (const task of this.tasks.values()) {
      if (task.status !== 'open' || task.inHand || task.readyAt >= dayStart) continue;
      const pool = `${task.course.subject.teamKey}/${task.role}`;
      const waiting = pools.get(pool) ?? [];
      waiting.push(task);
      pools.set(pool, waiting);
    }
    for (const waiting of pools.values()) {
      const capacity = (this.hoursOf(waiting[0]!.role) * 60) / WORKING_DAYS;
      const queue = waiting.sort(
        (one, other) =>
          one.dueAt - other.dueAt ||
          one.openedAt - other.openedAt ||
          one.course.place - other.course.place ||
          (one.id < other.id ? -1 : 1),
      );
      let spent = 0;
      for (const task of queue) {
        if (spent >= capacity) break;
        spent += task.minutes;
        task.inHand = true;
        const at = dayStart + OPENS + Math.min(spent / capacity, 1) * AT_WORK;
        task.course.plan(at, () => this.finish(task));
      }
    }
  }

  private finish(task: Task): PathwayEvent | null {
    const { course, minutes, call } = task;
    if (task.status !== 'open') return null;
    const { reachedByOneTry, triesApartDays } = this.plan.assumptions.measures;
    task.inHand = false;
    task.tries += 1;
    const name = `task/${call.step}/${task.tries}`;
    if (call.kind === 'measure' && !course.draws.chance(`${name}/reached`, reachedByOneTry)) {
      task.readyAt = course.now + triesApartDays * DAY;
      this.note(course, { kind: 'task-worked', task: task.id, minutes, done: false, marks: [] });
      return null;
    }
    const outcome = this.outcomeOf(task, name);
    task.status = 'done';
    this.note(course, { kind: 'task-worked', task: task.id, minutes, done: true, marks: outcome.marks });
    if (call.kind === 'measure') this.note(course, { kind: 'measured', good: outcome.good === true });
    const until = outcome.key === 'later' ? { until: this.askedAgain(course) } : {};
    return { kind: 'task-completed', id: course.eventId(), taskId: task.id, outcome: outcome.key, ...until };
  }

  private outcomeOf({ course, call }: Task, name: string): OpenTask['outcomes'][number] {
    const { calls, measures } = this.plan.assumptions;
    const { draws, subject } = course;
    const { outcomes } = call;
    if (call.kind === 'measure') {
      const share = named(measures.good, call.asks?.instrument ?? '') * measures.byFifth[fifthOf(subject)];
      const good = draws.chance(`${name}/good`, share);
      const alike = outcomes.filter((outcome) => (outcome.good === true) === good);
      return this.oneOf(alike.length > 0 ? alike : outcomes, draws, name);
    }
    const own = calls.outcomes[`${this.plan.programme}/${call.step}`];
    const known = own && outcomes.filter(({ key }) => (own[key] ?? 0) > 0);
    const proof = (marks: readonly string[]): keyof typeof calls.weights =>
      marks.includes('accepted') ? 'accepted' : marks.includes('reached') ? 'reached' : 'neither';
    const alike = (marks: readonly string[]): number =>
      outcomes.filter((other) => proof(other.marks) === proof(marks)).length;
    const weights = (known?.length ? known : outcomes).map(({ key, marks }) => {
      const weight = known?.length ? own![key]! : calls.weights[proof(marks)] / alike(marks);
      return [key, weight * (proof(marks) === 'neither' ? 1 : calls.reachByFifth[fifthOf(subject)])] as const;
    });
    const key = draws.pick(`${name}/outcome`, Object.fromEntries(weights));
    return outcomes.find((outcome) => outcome.key === key) ?? this.oneOf(outcomes, draws, name);
  }

  private oneOf<Item>(items: readonly Item[], draws: Draws, name: string): Item {
    return items[Math.floor(draws.draw(`${name}/which`) * items.length)]!;
  }

  private hoursOf(role: string): number {
    const { people, hoursEach } = named(this.plan.assumptions.work.staff, role);
    return people * hoursEach;
  }

  // Referrals

  /** Asks the service of the kind with the fewest open referrals that was not asked yet; null when none is left. */
  sendReferral(course: Course, id: string, kind: string, tried: readonly string[]): string | null {
    const asked = new Set(tried.map((referral) => this.referrals.get(referral)?.service.id));
    const [service] = this.plan.services
      .filter((one) => one.kind === kind && one.area === course.subject.area && !asked.has(one.id))
      .sort((one, other) => this.loadOf(one) - this.loadOf(other) || (one.name < other.name ? -1 : 1));
    if (!service) {
      this.note(course, { kind: 'no-service', need: kind });
      return null;
    }
    this.referrals.set(id, { id, course, service, sentAt: course.now, status: 'sent', decided: false });
    this.note(course, { kind: 'referral', referral: id, service: service.id, status: 'sent' });
    return id;
  }

  /** False when the service answered or reported first. */
  closeReferral(id: string, as: 'expired' | 'withdrawn' | 'completed' | 'not-completed'): boolean {
    const referral = this.referrals.get(id);
    if (!referral) return false;
    const from = as === 'expired' ? ['sent'] : ['sent', 'accepted', 'started'];
    if (from.includes(referral.status)) this.moveReferral(referral, as);
    return referral.status === as;
  }

  private loadOf({ id }: SimulatedService): number {
    return this.load.get(id) ?? 0;
  }

  private countLoad(): ReadonlyMap<string, number> {
    const load = new Map<string, number>();
    for (const { service, status } of this.referrals.values()) {
      if (!['sent', 'accepted', 'started'].includes(status)) continue;
      load.set(service.id, (load.get(service.id) ?? 0) + 1);
    }
    return load;
  }

  /** Services answer in the order in which they were asked, while they have places. */
  private answerReferrals(day: number, dayStart: number): void {
    const { services } = this.plan.assumptions;
    const week = Math.floor(day / 7);
    const waiting = [...this.referrals.values()]
      .filter(({ status, decided, sentAt }) => status === 'sent' && !decided && sentAt < dayStart)
      .sort((one, other) => one.sentAt - other.sentAt || one.course.place - other.course.place);
    for (const referral of waiting) {
      const { draws } = referral.course;
      const name = `referral/${referral.service.kind}/${referral.service.id}`;
      if (draws.chance(`${name}/never-answers`, services.neverAnswers)) continue;
      const days = Math.max(1, Math.ceil(draws.length(`${name}/answers`, services.halfAnswerWithinWorkingDays)));
      const from = this.instantAfter(referral.sentAt, { amount: Math.min(days, 60), unit: 'working-days' });
      if (from >= dayStart + DAY) continue;
      const at = dayStart + OPENS + draws.draw(`${name}/hour`) * AT_WORK;
      if (draws.chance(`${name}/declines`, services.declines)) {
        referral.decided = true;
        referral.course.plan(at, () => this.answer(referral, 'declined'));
        continue;
      }
      const places = `${referral.service.id}/${week}`;
      const taken = this.taken.get(places) ?? 0;
      if (taken >= named(services.placesPerWeek, referral.service.kind)) continue;
      this.taken.set(places, taken + 1);
      referral.decided = true;
      referral.course.plan(at, () => this.answer(referral, 'accepted'));
    }
  }

  private answer(referral: Referral, answer: 'accepted' | 'declined'): PathwayEvent | null {
    if (referral.status !== 'sent') return null;
    if (answer === 'accepted') this.planHelp(referral);
    return this.hear(referral, answer);
  }

  /** What follows when a service has taken somebody. */
  private planHelp(referral: Referral): void {
    const { course, service } = referral;
    const { services } = this.plan.assumptions;
    const name = `referral/${service.kind}`;
    const starts = course.now + services.startsAfterDays * DAY;
    course.plan(starts, () => (referral.status === 'accepted' ? this.hear(referral, 'started') : null));
    if (course.draws.chance(`${name}/never-reports`, services.neverReports)) return;
    const share = services.completes * services.completesByFifth[fifthOf(course.subject)];
    const result = course.draws.chance(`${name}/completes`, share) ? 'completed' : 'not-completed';
    const spread = 0.75 + course.draws.draw(`${name}/lasts`) / 2;
    const ends = starts + named(services.finishesAfterDays, service.kind) * spread * DAY;
    course.plan(ends, () => (['accepted', 'started'].includes(referral.status) ? this.hear(referral, result) : null));
  }

  private hear(referral: Referral, answer: 'accepted' | 'declined' | 'started' | 'completed' | 'not-completed') {
    this.moveReferral(referral, answer);
    return { kind: 'referral-answered', id: referral.course.eventId(), referralId: referral.id, answer } as const;
  }

  private moveReferral(referral: Referral, status: Referral['status']): void {
    referral.status = status;
    const { course, id, service } = referral;
    this.note(course, { kind: 'referral', referral: id, service: service.id, status });
  }

  // The rest

  recheck(course: Course, step: string): keyof Assumptions['rechecks']['results'] {
    return (
      course.draws.pick(`recheck/${step}/${course.now}`, this.plan.assumptions.rechecks.results) ?? 'still-eligible'
    );
  }

  end(course: Course, ending: { ending: string; exit: boolean; good: boolean }): void {
    for (const { id, status, course: whose } of this.tasks.values()) {
      if (whose === course && status === 'open') this.cancelTask(course, id);
    }
    for (const { id, course: whose } of this.referrals.values()) {
      if (whose === course) this.closeReferral(id, 'withdrawn');
    }
    this.note(course, { kind: 'ended', ...ending });
    course.ended = true;
  }
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

function left(course: Course, reason: ExitReason): PathwayEvent {
  return { kind: 'left', id: course.eventId(), reason };
}

function isOfWork(dayStart: number): boolean {
  return isWorkingDay(DateTime.fromMillis(dayStart, { zone: ZONE }), NATION);
}

function fifthOf({ quintile }: Subject): Fifth {
  return quintile === null ? 'unknown' : (String(quintile) as Fifth);
}

import { DateTime } from 'luxon';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityCall, PathwayActivities, SendingHours } from '#workflows';
import type { Course } from './course.js';
import type { World } from './world.js';

const ZONE = 'Europe/London';

/** What a simulation asks of the real rooms. Nothing of it changes anything. */
export interface Surroundings {
  mayContact(personId: string, channel: string): Promise<boolean>;
  /** The place of the first way whose rule holds for the person; null for none. */
  chooseWay(personId: string, ways: readonly unknown[], at: Date): Promise<number | null>;
}

type Effect = keyof PathwayActivities;

/** Does for a simulated person what the worker does for a real one; nothing of it leaves the simulation. */
export class SimulatedEffects {
  private readonly courses = new Map<string, Course>();
  /** Answers by key: a repeat of a call changes nothing. */
  private readonly given = new Map<string, Promise<unknown>>();
  /** Set when an effect broke: the pathway would try it for ever. */
  failure: unknown;

  constructor(
    private readonly world: World,
    private readonly surroundings: Surroundings,
  ) {}

  add(episodeId: string, course: Course): void {
    this.courses.set(episodeId, course);
  }

  /** The activities, as a worker takes them. */
  get activities(): Record<Effect, (call: never) => Promise<unknown>> {
    const effects: PathwayActivities = {
      sendMessage: (call) => this.sendMessage(call),
      openTask: async (call) => this.openTask(call),
      escalateTask: async (call) => this.world.climb(this.of(call), call.taskId, call.to),
      cancelTask: async (call) => ({ closed: this.world.cancelTask(this.of(call), call.taskId) }),
      sendReferral: async (call) => this.sendReferral(call),
      closeReferral: async (call) => ({ closed: this.world.closeReferral(call.referralId, call.as) }),
      noteWaiting: async (call) => {
        const course = this.of(call);
        const until = this.world.instantAfter(course.read(call.from), call.for);
        return { until: course.waitFor(`${call.step}/wait`, until) };
      },
      noteUntil: async (call) => {
        this.of(call).waitFor(`${call.step}/until`, Date.parse(call.until));
      },
      recheck: async (call) => ({ result: this.world.recheck(this.of(call), call.step) }),
      chooseWay: async (call) => {
        const course = this.of(call);
        return { way: await this.surroundings.chooseWay(course.subject.personId, call.ways, new Date(course.now)) };
      },
      // Nobody pauses or moves a simulated pathway; were it to happen, time stands still for as long as it lasted.
      resumeClocks: async (call) => {
        const course = this.of(call);
        const stood = Date.parse(call.resumedAt) - Date.parse(call.pausedAt);
        return {
          deadlines: call.deadlines.map((deadline) => ({
            ...deadline,
            at: course.waitFor(deadline.key, Date.parse(deadline.at) + stood),
          })),
        };
      },
      noteMoved: async () => undefined,
      noteIgnored: async () => undefined,
      recordLost: async (call) => this.world.note(this.of(call), { kind: 'lost' }),
      recordEnding: async ({ ending, exit, good, ...call }) => this.world.end(this.of(call), { ending, exit, good }),
    };
    const wrapped = Object.entries(effects).map(([name, perform]) => [name, this.once(perform)]);
    return Object.fromEntries(wrapped) as Record<Effect, (call: never) => Promise<unknown>>;
  }

  private once(perform: (call: never) => Promise<unknown>) {
    return (call: ActivityCall): Promise<unknown> => {
      const given = this.given.get(call.key) ?? perform(call as never).catch((failure: unknown) => this.fail(failure));
      this.given.set(call.key, given);
      return given;
    };
  }

  private fail(failure: unknown): never {
    this.failure ??= failure;
    throw ApplicationFailure.nonRetryable('The simulation broke');
  }

  private of({ episodeId }: Pick<ActivityCall, 'episodeId'>): Course {
    const course = this.courses.get(episodeId);
    if (!course) throw new Error('The simulation knows no such episode');
    return course;
  }

  private async sendMessage(call: Parameters<PathwayActivities['sendMessage']>[0]) {
    const course = this.of(call);
    const { step, attempt, linkLasts, every, hours } = call;
    const wait = (at: number): string => course.waitFor(`${step}/message`, at);
    const opens = hours ? opensAt(course.now, hours) : course.now;
    if (opens > course.now) return { fate: 'later', nextAt: wait(opens) } as const;
    for (const channel of call.channels) {
      if (!(await this.surroundings.mayContact(course.subject.personId, channel))) continue;
      const nextAt = wait(this.world.instantAfter(course.now, every));
      if (channel === 'phone') return { fate: 'phone', nextAt } as const;
      this.world.sendMessage(course, { channel, step, attempt, linkLasts });
      return { fate: 'sent', nextAt } as const;
    }
    this.world.note(course, { kind: 'message', channel: call.channels[0] ?? 'none', fate: 'not-reachable' });
    return { fate: 'unreachable', nextAt: wait(course.now) } as const;
  }

  private openTask(call: Parameters<PathwayActivities['openTask']>[0]) {
    const course = this.of(call);
    const taskId = `task/${call.key}`;
    const dueAt = this.world.instantAfter(course.read(call.at), call.due);
    this.world.openTask(course, taskId, call, dueAt);
    return {
      taskId,
      dueAt: course.waitFor(`${taskId}/due`, dueAt),
      escalateAt: call.escalateAfter.map((length, rung) =>
        course.waitFor(`${taskId}/rung/${rung}`, this.world.instantAfter(dueAt, length)),
      ),
    };
  }

  private sendReferral(call: Parameters<PathwayActivities['sendReferral']>[0]) {
    const course = this.of(call);
    const referralId = this.world.sendReferral(course, `referral/${call.key}`, call.service, call.tried);
    if (!referralId) return { sent: false } as const;
    const answerBy = this.world.instantAfter(course.read(call.at), call.answerWithin);
    return { sent: true, referralId, answerBy: course.waitFor(`${referralId}/answer`, answerBy) } as const;
  }
}

/** The first instant at or after `at` within the hours that a step may write in. */
function opensAt(at: number, { from, to, days }: SendingHours): number {
  const clock = (day: DateTime, text: string): DateTime => {
    const [hour = 0, minute = 0] = text.split(':').map(Number);
    return day.startOf('day').set({ hour, minute });
  };
  const now = DateTime.fromMillis(at, { zone: ZONE });
  for (let ahead = 0; ahead <= 7; ahead += 1) {
    const day = now.plus({ days: ahead });
    if (!days.includes(day.weekday) || clock(day, to) <= now) continue;
    return Math.max(at, clock(day, from).toMillis());
  }
  return at;
}

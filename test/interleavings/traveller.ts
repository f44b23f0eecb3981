import { Fault } from '#platform/kernel';
import type { PathwayEvent } from '#workflows';
import type { Act, Moment } from './acts.js';
import { OTHER_TEAM, TEAM, type World } from './world.js';

/** A command that the product has accepted, and the audit entry it must have left exactly once. */
export interface Accepted {
  readonly action: string;
  readonly subjectId: string;
}

/** A completion that was answered although something in it was wrong. */
export interface AnsweredThoughWrong {
  readonly taskId: string;
  readonly how: string;
}

/** What is said where a task asks for a reading. */
export const RIGHT_VALUE = 7;

/** Walks one interleaving, and keeps what the plain model knows: what was accepted, and since when nothing may be sent. */
export class Traveller {
  readonly accepted: Accepted[] = [];
  /** Accepted commands that take a person out, in the order in which they were accepted. */
  readonly leaving: string[] = [];
  /** When a command that forbids messages had been accepted, by this clock. */
  forbiddenSince: number | null = null;
  paused: string | null = null;
  /** Commands refused with a Fault; each says why. */
  readonly refused: string[] = [];
  readonly answeredThoughWrong: AnsweredThoughWrong[] = [];
  private team = TEAM;
  private readonly seen = new Set<string>();

  private constructor(
    private readonly world: World,
    readonly personId: string,
    readonly episodeId: string,
    readonly address: string,
  ) {}

  static async walk(world: World, moments: readonly Moment[]): Promise<Traveller> {
    const { personId, episodeId, address } = await world.enrol();
    const traveller = new Traveller(world, personId, episodeId, address);
    await world.rest(traveller);
    for (const { acts, rest } of moments) {
      await Promise.all(acts.map((act) => traveller.do(act)));
      if (rest) await world.rest(traveller);
    }
    await world.rest(traveller);
    return traveller;
  }

  /** A refusal is an answer like any other; anything else that goes wrong is a defect. */
  private async do(act: Act): Promise<void> {
    try {
      await this.perform(act);
    } catch (problem) {
      if (!(problem instanceof Fault)) throw problem;
      this.refused.push(problem.code);
    }
  }

  private async perform(act: Act): Promise<void> {
    const { world, episodeId, personId } = this;
    const { commands, population, referrals, tasks } = world.rooms;
    const by = { accountId: world.workers[this.team]!, teamKey: this.team };
    switch (act.act) {
      case 'days-pass':
        return world.passDays(episodeId, act.days);
      case 'reply':
        return this.reply(act.answer, act.mail);
      case 'claim': {
        const task = await this.anOpenTask(0);
        if (!task) return;
        await tasks.claim(task.id, by);
        return;
      }
      case 'complete': {
        const task = await this.anOpenTask(act.outcome);
        if (!task) return;
        const { version } = await tasks.claim(task.id, by);
        const outcomes = task.outcomes as unknown as readonly { readonly key: string }[];
        const { key: outcome } = outcomes[act.outcome % outcomes.length]!;
        const value = task.asks ? RIGHT_VALUE : undefined;
        const completion = { taskId: task.id, worker: by, outcome, version, value };
        const calls = Array.from({ length: act.twice ? 2 : 1 }, () => tasks.complete(completion));
        await this.oneOf(calls, { action: 'task.completed', subjectId: task.id });
        return;
      }
      case 'complete-wrongly':
        return this.completeWrongly(act.how);
      case 'snooze': {
        const task = await this.anOpenTask(0);
        if (!task) return;
        const until = new Date(Date.now() + act.days * 86_400_000).toISOString().slice(0, 10);
        await tasks.snooze({ taskId: task.id, worker: by, until, because: 'Asked us to', version: task.version });
        return;
      }
      case 'cancel-rung': {
        const task = await this.anOpenTask(0);
        if (!task) return;
        await tasks.cancelRung({ taskId: task.id, worker: by, rung: 0, because: 'In hand' });
        return;
      }
      case 'partner':
        return this.partner(act.answer);
      case 'wrong-partner': {
        const referral = await this.aReferral();
        if (!referral) return;
        const partner = { accountId: by.accountId, organisation: 'somebody-else' };
        await referrals.accept({ id: referral.id, partner, version: referral.version });
        throw new Error('A referral was answered by an organisation that it was not sent to');
      }
      case 'pause': {
        const pause = await commands.pause({ episodeId, by, reason: 'in-hospital' });
        this.paused = pause.id;
        this.accept({ action: 'episode.paused', subjectId: episodeId }, `pause/${pause.id}`);
        return;
      }
      case 'resume': {
        const pauseId = this.paused;
        if (!pauseId) return;
        await commands.resume({ episodeId, by, pauseId });
        if (this.paused === pauseId) this.paused = null;
        return;
      }
      case 'transfer': {
        const teamKey = this.team === TEAM ? OTHER_TEAM : TEAM;
        await commands.transfer({ episodeId, by, teamKey, reason: 'Moved house' });
        this.team = teamKey;
        return;
      }
      case 'exit':
        await commands.exit({ episodeId, by, reason: act.reason });
        this.leaves(act.reason);
        this.accept({ action: 'episode.exited', subjectId: episodeId });
        return;
      case 'death':
        await population.recordDeath({ personId, on: new Date().toISOString().slice(0, 10), source: 'test' });
        this.leaves('died');
        return;
      case 'opt-out':
        await population.recordOptOut({
          ...{ personId, purpose: act.everything ? 'all' : 'trial', source: 'test' },
          sourceId: `${episodeId}/${act.everything}`,
        });
        // From this programme alone: nothing more is sent, and the pathway goes on as it may.
        if (act.everything) this.leaves('opted-out');
        else this.forbiddenSince ??= Date.now();
        return;
      case 'echo':
        return this.echo(act.event);
      case 'stray':
        return world.signal(episodeId, strayEvent(act.kind, episodeId));
    }
  }

  private async reply(answer: 'yes' | 'not-now' | 'later' | 'sorted' | 'stop', place: number): Promise<void> {
    const mails = this.world.mailTo(this.address);
    const text = mails[place % Math.max(1, mails.length)]?.mail.text ?? '';
    const tokens = [...text.matchAll(/\/r\/(\S+)/g)].map(([, token]) => token!);
    const token = answer === 'stop' ? tokens.at(-1) : tokens[0];
    if (!token) return;
    const { answered } = await this.world.rooms.contact.answer(token, answer, ...(answer === 'later' ? ['week'] : []));
    if (answer === 'stop' && answered === 'stop') this.leaves('opted-out');
  }

  private async completeWrongly(how: 'outcome' | 'value' | 'other-team' | 'old-version'): Promise<void> {
    const task = await this.anOpenTask(0);
    if (!task) return;
    const worker = { accountId: this.world.workers[this.team]!, teamKey: this.team };
    const other = this.team === TEAM ? OTHER_TEAM : TEAM;
    const { key } = (task.outcomes as unknown as readonly { readonly key: string }[])[0]!;
    const right = {
      taskId: task.id,
      worker,
      outcome: key,
      version: task.version,
      value: task.asks ? RIGHT_VALUE : undefined,
    };
    const wrong = {
      outcome: { ...right, outcome: 'no-such-outcome' },
      value: { ...right, value: task.asks ? -3 : 11 },
      'other-team': { ...right, worker: { accountId: this.world.workers[other]!, teamKey: other } },
      'old-version': { ...right, version: task.version - 1 },
    }[how];
    await this.world.rooms.tasks.complete(wrong);
    this.answeredThoughWrong.push({ taskId: task.id, how });
  }

  private async partner(answer: 'accept' | 'decline' | 'start' | 'completed' | 'not-completed'): Promise<void> {
    const referral = await this.aReferral();
    if (!referral) return;
    const { referrals } = this.world.rooms;
    const call = {
      id: referral.id,
      partner: { accountId: this.world.workers[TEAM]!, organisation: referral.organisation },
      version: referral.version,
    };
    const accepted = (status: string): void => this.accept({ action: `referral.${status}`, subjectId: referral.id });
    switch (answer) {
      case 'accept':
        await referrals.accept(call);
        return accepted('accepted');
      case 'decline':
        await referrals.decline({ ...call, reason: 'full' });
        return accepted('declined');
      case 'start':
        await referrals.start(call);
        return accepted('started');
      case 'completed':
      case 'not-completed':
        await referrals.report({ ...call, result: answer });
        return accepted(answer);
    }
  }

  private async echo(place: number): Promise<void> {
    const entries = await this.world.stage.db.outboxEntry.findMany({
      where: { lane: this.episodeId, topic: 'pathway-event', fate: 'delivered' },
      orderBy: { seq: 'asc' },
    });
    const entry = entries[place % Math.max(1, entries.length)];
    if (entry) await this.world.signal(this.episodeId, entry.body as unknown as PathwayEvent);
  }

  private async anOpenTask(place: number) {
    const open = await this.world.stage.db.task.findMany({
      where: { episodeId: this.episodeId, status: 'open' },
      orderBy: { step: 'asc' },
    });
    return open[place % Math.max(1, open.length)] ?? null;
  }

  private async aReferral() {
    return this.world.stage.db.referral.findFirst({
      where: { episodeId: this.episodeId },
      orderBy: [{ sentAt: 'desc' }, { id: 'desc' }],
    });
  }

  /** Of several calls with the same effect at least one is accepted; they leave one audit entry between them. */
  private async oneOf(calls: readonly Promise<unknown>[], entry: Accepted): Promise<void> {
    const answers = await Promise.allSettled(calls);
    const refusals = answers.filter((answer) => answer.status === 'rejected');
    if (refusals.length < calls.length) this.accept(entry);
    if (refusals[0]) throw refusals[0].reason;
  }

  private leaves(reason: string): void {
    this.leaving.push(reason);
    this.forbiddenSince ??= Date.now();
  }

  private accept(entry: Accepted, again?: string): void {
    const same = (one: Accepted): boolean => one.action === entry.action && one.subjectId === entry.subjectId;
    // A pause of the same episode may be made several times, each with an entry of its own.
    if (again === undefined && this.accepted.some(same)) return;
    if (again !== undefined && this.seen.has(again)) return;
    if (again !== undefined) this.seen.add(again);
    this.accepted.push(entry);
  }
}

function strayEvent(kind: 'task-completed' | 'referral-answered' | 'replied' | 'resumed', id: string): PathwayEvent {
  const stray = `stray/${kind}/${id}`;
  switch (kind) {
    case 'task-completed':
      return { kind, id: stray, taskId: 'no-such-task', outcome: 'agreed' };
    case 'referral-answered':
      return { kind, id: stray, referralId: 'no-such-referral', answer: 'completed' };
    case 'replied':
      return { kind, id: stray, answer: 'yes', step: 'no-such-step' };
    case 'resumed':
      return { kind, id: stray, pauseId: 'no-such-pause', at: new Date().toISOString() };
  }
}

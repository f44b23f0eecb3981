import type { INestApplicationContext } from '@nestjs/common';
import { AllocationService } from '#care/allocation';
import { DetectionService } from '#care/detection';
import { ContactService, type MessageFate } from '#care/contact';
import { OutcomesService } from '#care/outcomes';
import { type Next, type ProgrammeDefinition, ProgrammesService, type Script, type Step } from '#care/programmes';
import { ReferralsService } from '#care/referrals';
import { TasksService } from '#care/tasks';
import { Audit } from '#platform/audit';
import { Database, Prisma } from '#platform/database';
import { after, type StoppedClock } from '#platform/kernel';
import { Dice } from './dice.js';
import type { MailCatcher } from './mail-catcher.js';

/** A year back, and far enough from today that every course has ended. */
const EARLIEST_DAYS = 360;
const LATEST_DAYS = 240;
/** Episodes a thousand people of the population. */
const SHARE: Readonly<Record<string, number>> = { 'stop-smoking': 70 };
const OTHERS = 35;

interface Candidate {
  readonly id: string;
  readonly teamKey: string;
  readonly email: string | null;
  readonly quintile: number | null;
}

/** Thrown to undo one course: it would not have ended by today, or the person may not be enrolled. */
class NotPossible extends Error {}

/**
 * Writes a year of ended episodes through the rooms' own services, each course in one transaction with the clock moved
 * along, so that reports have a past. Marked as demo history. The pathways are not started: their messages are taken
 * from the outbox before they are committed.
 */
export class DemoHistory {
  private readonly dice = new Dice(20261122);
  private readonly database: Database;
  private readonly allocation: AllocationService;
  private readonly detection: DetectionService;
  private readonly contact: ContactService;
  private readonly tasks: TasksService;
  private readonly referrals: ReferralsService;
  private readonly outcomes: OutcomesService;
  private seq = 0;

  constructor(
    rooms: INestApplicationContext,
    private readonly clock: StoppedClock,
    private readonly today: Date,
    private readonly accountId: string,
    private readonly mail: MailCatcher,
    private readonly tell: (line: string) => void,
  ) {
    this.database = rooms.get(Database);
    this.allocation = rooms.get(AllocationService);
    this.detection = rooms.get(DetectionService);
    this.contact = rooms.get(ContactService);
    this.tasks = rooms.get(TasksService);
    this.referrals = rooms.get(ReferralsService);
    this.outcomes = rooms.get(OutcomesService);
  }

  /** Returns how many episodes were written. */
  async write(programmes: ProgrammesService): Promise<number> {
    const people = await this.listCandidates();
    let written = 0;
    for (const definition of await programmes.listLive()) {
      const wanted = Math.round((people.length / 1000) * (SHARE[definition.programme] ?? OTHERS));
      for (let n = 0; n < wanted && people.length > 0; n += 1) {
        const [person] = people.splice(this.dice.below(people.length), 1);
        if (person && (await this.tryCourse(definition, person))) written += 1;
      }
      this.tell(`demo history: ${definition.title.toLowerCase()}, ${written} episodes so far`);
    }
    return written;
  }

  private async tryCourse(definition: ProgrammeDefinition, person: Candidate): Promise<boolean> {
    const days = this.dice.between(LATEST_DAYS, EARLIEST_DAYS);
    this.clock.moveTo(new Date(this.today.getTime() - days * 86_400_000));
    try {
      await Audit.as({ kind: 'system', id: 'demo-history' }, () =>
        this.database.inTransaction(() => this.course(definition, person)),
      );
      return true;
    } catch (error) {
      if (error instanceof NotPossible) return false;
      throw error;
    }
  }

  private async course({ programme, script }: ProgrammeDefinition, person: Candidate): Promise<void> {
    const enrolled = await this.allocation.enrol({
      personId: person.id,
      programme,
      origin: 'demo-history',
      demo: true,
      startPathway: false,
      reasons: [
        {
          text: 'Found by an earlier run of this programme',
          kind: 'demo-history',
          source: 'demo history',
          at: this.clock.now().toISOString(),
        },
      ],
    });
    if (enrolled.state !== 'started') throw new NotPossible();
    const { episodeId } = enrolled;
    const end = await this.follow(script, { step: script.start }, episodeId, person);
    if (!('ending' in end)) throw new Error(`The script comes back to ${end.back} from outside its branches.`);
    const { ending } = end;
    const good = script.endings.find(({ key }) => key === ending)?.good ?? false;
    await this.outcomes.recordEnding({ ...this.call(episodeId, 'end'), ending, exit: false, good });
    // The relay must not tell a pathway that never ran.
    await this.database.client.outboxEntry.updateMany({
      where: { lane: episodeId, deliveredAt: null },
      data: { deliveredAt: this.clock.now(), fate: 'demo-history' },
    });
  }

  /** Walks on until the pathway ends, or a branch comes back. */
  private async follow(
    script: Script,
    from: Next,
    episodeId: string,
    person: Candidate,
  ): Promise<Exclude<Next, { readonly step: string }>> {
    let next = from;
    while ('step' in next) {
      const { step: id } = next;
      const step = script.steps.find((one) => one.id === id);
      if (!step) throw new Error(`The script has no step ${id}.`);
      next =
        step.kind === 'together'
          ? await this.together(script, step, episodeId, person)
          : await this.walk(step, episodeId, person);
    }
    return next;
  }

  /** One branch after the other: in a past that is only written down, nobody can tell. */
  private async together(
    script: Script,
    step: Extract<Step, { kind: 'together' }>,
    episodeId: string,
    person: Candidate,
  ): Promise<Next> {
    for (const { start } of step.branches) {
      const end = await this.follow(script, { step: start }, episodeId, person);
      if ('ending' in end) return end;
      if (step.until === 'first') break;
    }
    return step.next;
  }

  private async walk(step: Exclude<Step, { kind: 'together' }>, episodeId: string, person: Candidate): Promise<Next> {
    switch (step.kind) {
      case 'contact':
        return this.invite(step, episodeId, person);
      case 'task':
        return this.ask(step, episodeId, person);
      case 'referral':
        return this.refer(step, episodeId, person);
      case 'measure':
        return this.measure(step, episodeId, person);
      case 'wait':
        this.pass(step.for.amount);
        return step.next;
      case 'recheck':
        return step.still;
      case 'branch': {
        const rules = step.ways.map(({ when }) => when);
        const way = await this.detection.chooseWay(person.id, rules, this.clock.now());
        return way === null ? step.otherwise : step.ways[way]!.next;
      }
    }
  }

  private async invite(step: Extract<Step, { kind: 'contact' }>, episodeId: string, person: Candidate): Promise<Next> {
    const fate = await this.sendMail(step, episodeId);
    const token = fate === 'sent' && person.email ? await this.mail.findReplyToken(person.email) : null;
    if (token && this.dice.chance(this.fair(person, 0.22, 0.42))) {
      this.pass(this.dice.between(1, 6));
      const answer = this.dice.pick(['yes', 'yes', 'yes', 'not-now', 'sorted'] as const);
      await this.contact.answer(token, answer);
      return step.replied[answer];
    }
    if (fate === 'sent') this.pass(21);
    return step.silent;
  }

  /** The first message, by e-mail: what is only written down must not reach a phone or a printer. */
  private async sendMail(step: Extract<Step, { kind: 'contact' }>, episodeId: string): Promise<MessageFate> {
    for (;;) {
      const at = this.clock.now();
      const { fate, nextAt } = await this.contact.sendMessage({
        ...this.call(episodeId, step.id),
        title: step.title,
        template: step.template,
        channels: ['email'],
        attempt: 1,
        linkLasts: step.linkLasts,
        nextAt: after(at, step.every).toISOString(),
      });
      // Held back by quiet hours or by other messages: it goes when they allow it.
      if (fate !== 'later' || !nextAt) return fate;
      if (new Date(nextAt) >= this.today) throw new NotPossible();
      this.clock.moveTo(new Date(nextAt));
    }
  }

  private async ask(step: Extract<Step, { kind: 'task' }>, episodeId: string, person: Candidate): Promise<Next> {
    const { taskId } = await this.tasks.open({
      ...this.call(episodeId, step.id),
      kind: 'call',
      title: step.title,
      role: step.role,
      due: step.due,
      outcomes: step.outcomes,
    });
    this.pass(this.dice.between(1, 5));
    const accepted = step.outcomes.filter(({ marks }) => marks.includes('accepted'));
    const reached = step.outcomes.filter(({ marks }) => marks.includes('reached') && !marks.includes('accepted'));
    const missed = step.outcomes.filter(({ marks }) => marks.length === 0);
    const answers = this.dice.chance(this.fair(person, 0.52, 0.74));
    const agrees = this.dice.chance(this.fair(person, 0.55, 0.66));
    const offered = [answers ? (agrees ? accepted : reached) : missed, reached, step.outcomes].find(
      (o) => o.length > 0,
    );
    const outcome = this.dice.pick(offered ?? step.outcomes);
    await this.tasks.complete({ taskId, worker: this.worker(person), outcome: outcome.key, version: 0 });
    return outcome.next;
  }

  private async refer(step: Extract<Step, { kind: 'referral' }>, episodeId: string, person: Candidate): Promise<Next> {
    const sent = await this.referrals.send({
      ...this.call(episodeId, step.id),
      title: step.title,
      service: step.service,
      need: step.need,
      answerWithin: step.acceptWithin,
      tried: [],
    });
    if (!sent.sent) return step.refused;
    const { organisation } = await this.database.client.referral.findUniqueOrThrow({ where: { id: sent.referralId } });
    const answer = { id: sent.referralId, partner: { accountId: this.accountId, organisation } };
    this.pass(this.dice.between(1, 4));
    if (this.dice.chance(0.08)) {
      await this.referrals.decline({ ...answer, version: 0, reason: 'full' });
      return step.refused;
    }
    let { version } = await this.referrals.accept({ ...answer, version: 0 });
    this.pass(this.dice.between(2, 9));
    const starts = this.dice.chance(this.fair(person, 0.72, 0.86));
    if (starts) ({ version } = await this.referrals.start({ ...answer, version }));
    this.pass(this.dice.between(14, 40));
    const completes = starts && this.dice.chance(this.fair(person, 0.7, 0.8));
    await this.referrals.report({ ...answer, version, result: completes ? 'completed' : 'not-completed' });
    return completes ? step.completed : step.notCompleted;
  }

  private async measure(step: Extract<Step, { kind: 'measure' }>, episodeId: string, person: Candidate): Promise<Next> {
    this.clock.moveTo(after(this.clock.now(), step.after));
    this.pass(0);
    const asks = { instrument: step.instrument, value: step.value };
    const { taskId } = await this.tasks.open({
      ...this.call(episodeId, step.id),
      kind: 'measure',
      title: step.title,
      role: step.role,
      due: step.window,
      outcomes: step.results.map(({ next: _leads, ...result }) => ({ ...result, marks: [] })),
      asks,
    });
    this.pass(this.dice.between(1, 7));
    if (this.dice.chance(0.15)) {
      const call = this.call(episodeId, step.id);
      await this.tasks.cancel({ ...call, taskId, because: 'window-passed' });
      await this.outcomes.recordLost({ ...call, taskId, instrument: step.instrument });
      return step.lost;
    }
    const wanted = this.dice.chance(this.fair(person, 0.38, 0.52));
    const result = step.results.find(({ good }) => good === wanted) ?? step.results[0];
    if (!result) throw new Error(`The measure ${step.id} has no results.`);
    await this.tasks.complete({ taskId, worker: this.worker(person), outcome: result.key, version: 0 });
    return result.next;
  }

  /** A chance that runs from the most to the least deprived fifth, so that the report has a gap to show. */
  private fair({ quintile }: Candidate, most: number, least: number): number {
    return most + ((least - most) * ((quintile ?? 3) - 1)) / 4;
  }

  private worker({ teamKey }: Candidate): { readonly accountId: string; readonly teamKey: string } {
    return { accountId: this.accountId, teamKey };
  }

  private call(
    episodeId: string,
    step: string,
  ): {
    readonly episodeId: string;
    readonly step: string;
    readonly key: string;
    readonly seq: number;
    readonly at: string;
  } {
    this.seq += 1;
    return {
      episodeId,
      step,
      key: `demo-history/${episodeId}:${this.seq}`,
      seq: this.seq,
      at: this.clock.now().toISOString(),
    };
  }

  private pass(days: number): void {
    const then = new Date(this.clock.now().getTime() + days * 86_400_000 + this.dice.below(3_600_000 * 3));
    if (then >= this.today) throw new NotPossible();
    this.clock.moveTo(then);
  }

  /** Adults with a team, whom no programme has found or met. */
  private listCandidates(): Promise<Candidate[]> {
    return this.database.client.$queryRaw(Prisma.sql`
      SELECT p.id, p.team_key AS "teamKey", p.email, (p.imd_decile + 1) / 2 AS quintile
        FROM person p
       WHERE p.team_key IS NOT NULL AND p.nhs_number IS NOT NULL AND p.birth_date < '2000-01-01'
         AND p.deceased_on IS NULL AND p.moved_away_on IS NULL AND NOT p.sensitive
         AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.person_id = p.id AND f.state <> 'gone')
         AND NOT EXISTS (SELECT 1 FROM episode e WHERE e.person_id = p.id)
         AND NOT EXISTS (SELECT 1 FROM contact_permission c WHERE c.person_id = p.id AND NOT c.allowed)
         AND NOT EXISTS (SELECT 1 FROM fact f WHERE f.person_id = p.id AND f.kind = 'flag')
       ORDER BY p.nhs_number`);
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { AllocationService, CommandsService } from '#care/allocation';
import { ContactService } from '#care/contact';
import { londonDay, ProgrammesService, type Reason } from '#care/programmes';
import { ReferralsService } from '#care/referrals';
import { TasksService } from '#care/tasks';
import { Audit } from '#platform/audit';
import { Settings } from '#platform/config';
import { Database } from '#platform/database';
import { after } from '#platform/kernel';
import { CliModule } from './cli.module.js';
import { type Command, CommandMisused, withRooms } from './command.js';
import { demoAccount } from './demo-account.js';
import { Dice } from './dice.js';
import { MailCatcher } from './mail-catcher.js';

const PATIENCE = 120_000;
const REPLIES = 24;
/** The team whose desk the guided page opens. */
const SHOWN_TEAM = 'northamptonshire';

/** Gives the demo's desks a present: partners answer, link workers finish tasks, people reply. Needs the worker running. */
export const enlivenCommand: Command = {
  summary: 'bring the demo to life, once, on a running copy',
  async run() {
    return withRooms(CliModule, async (rooms) => {
      const mail = rooms.get(Settings).get('MAIL_API_URL');
      if (!mail) throw new CommandMisused('The demo needs the embedded mail catcher: MAIL_API_URL is not set.');
      const enlivening = new Enlivening(rooms, new MailCatcher(mail));
      await Audit.as({ kind: 'system', id: 'demo-history' }, () => enlivening.run());
      return 0;
    });
  },
};

class Enlivening {
  private readonly database: Database;
  private readonly dice = new Dice(7);

  constructor(
    private readonly rooms: INestApplicationContext,
    private readonly mail: MailCatcher,
  ) {
    this.database = rooms.get(Database);
  }

  async run(): Promise<void> {
    await this.waitForDelivery('work under way');
    await this.waitForDemoWork();
    const accountId = await demoAccount(this.database);
    await this.answerReferrals(accountId);
    await this.finishTasks(accountId);
    await this.claimTasks(accountId);
    await this.restSome(accountId);
    await this.loseSightOfMessages();
    for (const { programme, title } of await this.rooms.get(ProgrammesService).listLive()) {
      const { letIn } = await this.rooms.get(AllocationService).letIn(programme);
      console.log(`${title}: ${letIn} people let in`);
    }
    await this.waitForDelivery('pathways');
    await this.waitForFirstSteps();
    await this.reply();
    await this.waitForDelivery('replies');
  }

  /** Every other partner referral of the demo is taken; some have started, some are done, one in eight is declined. */
  private async answerReferrals(accountId: string): Promise<void> {
    const referrals = this.rooms.get(ReferralsService);
    const waiting = await this.database.client.referral.findMany({
      where: { status: 'sent', episode: { demo: true } },
      orderBy: { id: 'asc' },
    });
    let answered = 0;
    for (const [n, { id, organisation }] of waiting.entries()) {
      if (n % 2 === 0) continue;
      const answer = { id, partner: { accountId, organisation } };
      answered += 1;
      if (n % 8 === 1) {
        await referrals.decline({ ...answer, version: 0, reason: 'full' });
        continue;
      }
      let { version } = await referrals.accept({ ...answer, version: 0 });
      if (n % 4 === 3) ({ version } = await referrals.start({ ...answer, version }));
      if (n % 8 === 7) await referrals.report({ ...answer, version, result: 'completed' });
    }
    console.log(`${answered} of ${waiting.length} referrals answered`);
  }

  private async finishTasks(accountId: string): Promise<void> {
    const open = await this.database.client.task.findMany({
      where: { status: 'open', kind: 'call', episode: { demo: true } },
      orderBy: { id: 'asc' },
    });
    let finished = 0;
    for (const [n, { id, teamKey, version }] of open.entries()) {
      if (n % 4 !== 0) continue;
      const task = await this.rooms.get(TasksService).getTask(id, teamKey);
      const worker = { accountId, teamKey };
      await this.rooms
        .get(TasksService)
        .complete({ taskId: id, worker, outcome: this.dice.pick(task.outcomes).key, version });
      finished += 1;
    }
    console.log(`${finished} tasks finished`);
  }

  /** Some of the work is in hand already. */
  private async claimTasks(accountId: string): Promise<void> {
    const open = await this.database.client.task.findMany({
      where: { status: 'open', claimedBy: null, episode: { demo: true } },
      orderBy: { id: 'asc' },
    });
    for (const [n, { id, teamKey }] of open.entries()) {
      if (n % 6 === 0) await this.rooms.get(TasksService).claim(id, { accountId, teamKey });
    }
  }

  /** One pathway is paused and one task snoozed, so that both can be seen; each once, however often this is run. */
  private async restSome(accountId: string): Promise<void> {
    const open = await this.database.client.task.findMany({
      where: {
        ...{ status: 'open', kind: 'call', claimedBy: null, snoozedUntil: null, teamKey: SHOWN_TEAM },
        episode: { demo: true, pausedAt: null },
      },
      orderBy: { id: 'asc' },
    });
    const [toSnooze, toPause] = open.filter(
      ({ episodeId }, place) => open.findIndex((other) => other.episodeId === episodeId) === place,
    );
    const onDay = (amount: number): string => londonDay(after(new Date(), { amount, unit: 'working-days' }));
    const snoozed = await this.database.client.task.count({ where: { snoozedUntil: { not: null } } });
    if (toSnooze && snoozed === 0) {
      await this.rooms.get(TasksService).snooze({
        taskId: toSnooze.id,
        worker: { accountId, teamKey: SHOWN_TEAM },
        until: onDay(3),
        because: 'Away until then',
        version: toSnooze.version,
      });
    }
    if (toPause && (await this.database.client.pause.count()) === 0) {
      await this.rooms.get(CommandsService).pause({
        episodeId: toPause.episodeId,
        by: { accountId, teamKey: SHOWN_TEAM },
        reason: 'in-hospital',
        reviewOn: onDay(10),
      });
    }
  }

  /** A mail server that hangs up at the wrong moment leaves it unknown whether a message went; a person has to look. */
  private async loseSightOfMessages(): Promise<void> {
    const found = await this.database.client.$queryRaw<{ personId: string; programme: string; reasons: Reason[] }[]>`
      SELECT f.person_id AS "personId", f.programme, f.reasons
        FROM finding f JOIN person p ON p.id = f.person_id
       WHERE f.state = 'actionable' AND f.programme = 'stop-smoking' AND p.email IS NOT NULL
         AND p.team_key = 'northamptonshire'
         AND NOT EXISTS (SELECT 1 FROM episode e WHERE e.person_id = p.id)
       ORDER BY p.nhs_number DESC LIMIT 2`;
    await this.mail.hangUpAfterTaking(true);
    try {
      const episodes: string[] = [];
      for (const enrolment of found) {
        const enrolled = await this.rooms
          .get(AllocationService)
          .enrol({ ...enrolment, origin: 'detection', demo: true });
        if (enrolled.state === 'started') episodes.push(enrolled.episodeId);
      }
      await this.until('messages of unknown fate', async () => {
        const tasks = await this.database.client.task.count({ where: { episodeId: { in: episodes }, kind: 'review' } });
        return episodes.length - tasks;
      });
    } finally {
      await this.mail.hangUpAfterTaking(false);
    }
  }

  private async reply(): Promise<void> {
    const people = await this.database.client.$queryRaw<{ email: string }[]>`
      SELECT p.email FROM message m JOIN person p ON p.id = m.person_id JOIN episode e ON e.id = m.episode_id
       WHERE m.fate = 'sent' AND e.status = 'open' AND NOT e.demo
       ORDER BY m.id LIMIT ${REPLIES}`;
    let replies = 0;
    for (const { email } of people) {
      const token = await this.mail.findReplyToken(email);
      if (!token) continue;
      const answer = this.dice.pick(['yes', 'yes', 'yes', 'not-now', 'sorted', 'stop'] as const);
      await this.rooms.get(ContactService).answer(token, answer);
      replies += 1;
    }
    console.log(`${replies} people replied`);
  }

  /** The pathways of work under way open their tasks and send their referrals by themselves. */
  private async waitForDemoWork(): Promise<void> {
    await this.until('work under way on the desks', () =>
      this.database.client.episode.count({ where: { demo: true, status: 'open', lastSeq: 0 } }),
    );
  }

  /** A copy that says it is ready is not still busy with everybody's first message or task. */
  private async waitForFirstSteps(): Promise<void> {
    await this.until('first messages and tasks', () =>
      this.database.client.episode.count({ where: { status: 'open', lastSeq: 0 } }),
    );
  }

  private async waitForDelivery(what: string): Promise<void> {
    await this.until(what, () => this.database.client.outboxEntry.count({ where: { deliveredAt: null } }));
  }

  /** Waits until nothing is left; gives up when nothing moves for two minutes. */
  private async until(what: string, countLeft: () => Promise<number>): Promise<void> {
    let before = Number.POSITIVE_INFINITY;
    let movedAt = performance.now();
    for (let left = await countLeft(); left > 0; left = await countLeft()) {
      if (left < before) {
        movedAt = performance.now();
        console.log(`${what}: ${left} to go`);
      }
      if (performance.now() - movedAt > PATIENCE) {
        throw new CommandMisused(`${left} of ${what} did not move for two minutes: is the worker running?`);
      }
      before = left;
      await pause(500);
    }
  }
}

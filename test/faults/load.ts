import { setTimeout as pause } from 'node:timers/promises';
import {
  type Answer,
  hashOf,
  read,
  refused,
  reply,
  sendTrigger,
  TRIGGER_SOURCE,
  unsubscribe,
  type User,
  worked,
} from './clients.js';
import type { Ledger } from './ledger.js';
import type { Taken } from './sink.js';
import { type KnownPerson, PROGRAMME, type Stage } from './stage.js';
import { until } from './waiting.js';

export interface LoadOptions {
  /** How many people are enrolled, and how many of them in a second. */
  readonly people: number;
  readonly aSecond: number;
  /** Colleagues who work the list. */
  readonly desks: number;
}

/** What a person makes of the first message; `late` answers the second. */
const CHARACTERS = ['yes', 'yes', 'yes', 'yes', 'late', 'silent', 'not-now', 'sorted', 'stop', 'unsubscribe'] as const;
type Character = (typeof CHARACTERS)[number];

/** One in so many rings up and asks to be left alone. */
const OPTS_OUT = 12;
/** Longest that a client goes on trying, in seconds. */
const PERSISTENCE = 100;

interface Row {
  readonly taskId: string | null;
  readonly claimedBy: { readonly you: boolean } | null;
}
interface TaskView {
  readonly status: string;
  readonly version: number;
  readonly outcomes: readonly { readonly key: string }[];
  readonly asks: { readonly value: { readonly min: number; readonly max: number } | null } | null;
}
interface ReferralRow {
  readonly id: string;
  readonly status: string;
  readonly version: number;
}

/** How often a signature that fell between two clocks is made anew. */
const SIGNED_AGAIN = 20;

/** Everybody who uses the product during a run: a hospital, people with mail, colleagues at desks, a partner. */
export class Load {
  /** What could not be got done although it was asked for again and again. */
  readonly complaints: string[] = [];
  private readonly doing = new Set<Promise<void>>();
  private readonly handled = new Set<string>();
  private readonly characters = new Map<string, Character>();
  private readonly decisions = new Map<string, boolean>();
  private mailRead = 0;
  private over = false;
  private asked = 0;

  constructor(
    private readonly stage: Stage,
    private readonly ledger: Ledger,
    private readonly roll: () => number,
    private readonly options: LoadOptions,
  ) {}

  async begin(): Promise<void> {
    const desks = Array.from({ length: this.options.desks }, () => this.stage.signIn('link-worker'));
    const partner = await this.stage.signIn('partner');
    for (const user of await Promise.all(desks)) this.keep('a desk', () => this.workTheList(user));
    this.keep('the partner', () => this.answerReferrals(partner));
    this.keep('the post', () => this.readMail());
    this.keep('the hospital', () => this.enrolAll());
  }

  /** Waits until this share of the people is enrolled. */
  async reaches(share: number): Promise<void> {
    const wanted = Math.floor(this.options.people * share);
    await until(`${wanted} people enrolled`, async () => this.ledger.of('trigger').length >= wanted, PERSISTENCE);
  }

  /** Enrols one person, however often it has to be asked for. Answers the episode. */
  async enrol(person: KnownPerson): Promise<string> {
    const id = `msg_${person.nhsNumber}`;
    const body = triggerFor(person);
    const ask = (): Promise<Answer> =>
      this.untilTold('a trigger', () => sendTrigger(this.stage.apiUrl, { id, body, at: this.stage.now() }, 5000));
    let answer = await ask();
    // Signed just before a clock was put forward or back, it is too old or too new: rightly refused, and signed again.
    for (let tries = 0; answer.status === 401 && tries < SIGNED_AGAIN; tries += 1) answer = await ask();
    const { triggerId, episodeId } = read<{ triggerId: string; episodeId: string | null }>(answer);
    if (!worked(answer) || !episodeId) throw new Error(`A trigger was answered ${answer.status} ${answer.body}`);
    this.ledger.acknowledge({ kind: 'trigger', webhookId: id, triggerId, episodeId });
    return episodeId;
  }

  /** Proves that the product works: somebody new is enrolled, and their first step taken. */
  async prove(by: 'task' | 'mail'): Promise<void> {
    const person = this.stage.nextPerson(by === 'mail');
    const episodeId = await this.enrol(person);
    await until(
      `the first ${by} of a new pathway`,
      async () => {
        if (by === 'mail') return this.stage.sink.taken.some(({ recipient }) => recipient === person.email);
        const rows = await this.stage.query('SELECT 1 FROM task WHERE episode_id = $1', [episodeId]);
        return rows.length > 0;
      },
      PERSISTENCE,
      50,
    );
  }

  /** The person rings up and asks to be left alone. */
  async optOut(user: User, personId: string): Promise<void> {
    const answer = await this.untilTold('an opt-out', () =>
      user.post(`/api/people/${personId}/opt-out`, { purpose: 'all' }),
    );
    if (worked(answer)) this.ledger.acknowledge({ kind: 'opt-out', personId });
  }

  /** Waits until everybody is enrolled and every pathway has come to its end, then lets everybody go home. */
  async finish(seconds: number): Promise<void> {
    try {
      await until(
        'everybody enrolled',
        async () => this.asked >= this.options.people && this.ledger.of('trigger').length >= this.asked,
        seconds,
      );
      await until('an end of every pathway', () => this.isQuiet(), seconds, 300);
    } catch (reason) {
      this.complaints.push(String(reason), ...(await this.unfinished()));
    }
    this.over = true;
    await Promise.race([Promise.all(this.doing), pause(15_000, undefined, { ref: false })]);
  }

  private async isQuiet(): Promise<boolean> {
    const [row] = await this.stage.query<{ open: number; waiting: number }>(
      `SELECT (SELECT count(*)::int FROM episode WHERE status = 'open') AS open,
              (SELECT count(*)::int FROM outbox_entry WHERE delivered_at IS NULL) AS waiting`,
    );
    return row?.open === 0 && row.waiting === 0;
  }

  private async unfinished(): Promise<string[]> {
    const rows = await this.stage.query<{ what: string; count: number }>(
      `SELECT coalesce(step, 'not begun') || ', task ' || coalesce((SELECT string_agg(step || ' ' || status, ', ') FROM task t WHERE t.episode_id = e.id), 'none')
              || ', messages ' || coalesce((SELECT string_agg(fate || coalesce(' ' || because, ''), ', ') FROM message m WHERE m.episode_id = e.id), 'none') AS what,
              count(*)::int FROM episode e WHERE status = 'open' GROUP BY 1 ORDER BY 2 DESC LIMIT 5`,
    );
    return rows.map(({ what, count }) => `${count} still at ${what}`);
  }

  private async enrolAll(): Promise<void> {
    const { people, aSecond } = this.options;
    for (let place = 0; place < people && !this.over; place += 1) {
      const person = this.stage.nextPerson(place % 2 === 0);
      const ringsUp = Math.floor(this.roll() * OPTS_OUT) === 0;
      this.asked += 1;
      this.keep('an enrolment', async () => {
        await this.enrol(person);
        if (!ringsUp) return;
        await pause(this.roll() * 3000);
        await this.optOut(await this.stage.signIn('care-coordinator'), person.id);
      });
      await pause((0.5 + this.roll()) * (1000 / aSecond));
    }
  }

  private async readMail(): Promise<void> {
    for (; !this.over; await pause(80)) {
      const { taken } = this.stage.sink;
      for (; this.mailRead < taken.length; this.mailRead += 1) {
        const mail = taken[this.mailRead]!;
        this.keep('an answer', () => this.answer(mail));
      }
    }
  }

  private async answer({ recipient, tokens, stopToken }: Taken): Promise<void> {
    const token = tokens.find((one) => one !== stopToken);
    const before = this.characters.get(recipient);
    const character = before ?? CHARACTERS[Math.floor(this.roll() * CHARACTERS.length)]!;
    this.characters.set(recipient, character);
    await pause(this.roll() * 1500);
    const api = this.stage.apiUrl;
    if (character === 'unsubscribe') {
      if (stopToken) await this.hear(stopToken, 'stop', () => unsubscribe(api, stopToken));
      return;
    }
    if (!token || character === 'silent' || (character === 'late' && !before)) return;
    const says = character === 'late' ? 'yes' : character;
    await this.hear(token, says, () => reply(api, token, says));
  }

  private async hear(token: string, answer: string, send: () => Promise<Answer>): Promise<void> {
    const told = await this.untilTold(`the answer ${answer}`, send);
    if (!worked(told)) return;
    this.ledger.acknowledge({ kind: 'reply', tokenHash: hashOf(token), answer });
    if (answer !== 'stop') return;
    const [link] = await this.stage.query<{ person_id: string }>(
      'SELECT person_id FROM reply_link WHERE token_hash = $1',
      [hashOf(token)],
    );
    if (link) this.ledger.acknowledge({ kind: 'opt-out', personId: link.person_id });
  }

  private async workTheList(colleague: User): Promise<void> {
    for (let user = colleague; !this.over;) {
      const list = await user.get('/api/worklist?limit=50');
      if (list.status === 401) user = await this.stage.signIn('link-worker');
      const items = worked(list) ? read<{ items: Row[] }>(list).items : [];
      const free = items.filter(
        ({ taskId, claimedBy }) => taskId && !this.handled.has(taskId) && (!claimedBy || claimedBy.you),
      );
      const row = free[Math.floor(this.roll() * free.length)];
      if (row?.taskId) {
        this.handled.add(row.taskId);
        if (!(await this.doTask(user, row.taskId))) this.handled.delete(row.taskId);
      } else await pause(120);
    }
  }

  /** Claims a task and records how it went. False when somebody should try again. */
  async doTask(user: User, taskId: string): Promise<boolean> {
    const { accountId } = user;
    const claimed = await this.untilTold('a claim', () => user.post(`/api/tasks/${taskId}/claim`));
    if (!worked(claimed)) return claimed.status !== 401;
    this.ledger.acknowledge({ kind: 'claim', taskId, accountId });
    const outcomeAt = this.roll();
    for (let tries = 0; tries < 5; tries += 1) {
      const seen = await this.untilTold('a task', () => user.get(`/api/tasks/${taskId}`));
      if (!worked(seen)) return seen.status !== 401;
      const task = read<TaskView>(seen);
      if (task.status !== 'open') return true;
      const { key: outcome } = task.outcomes[outcomeAt < 0.75 ? 0 : task.outcomes.length - 1]!;
      const value = task.asks?.value ? Math.round((task.asks.value.min + task.asks.value.max) / 2) : undefined;
      const completion = { outcome, version: task.version, ...(value !== undefined && { value }) };
      const done = await this.untilTold('a completion', () => user.post(`/api/tasks/${taskId}/completion`, completion));
      if (worked(done)) {
        this.ledger.acknowledge({ kind: 'completion', taskId, accountId, outcome });
        return true;
      }
      if (done.status === 401) return false;
    }
    return true;
  }

  private async answerReferrals(first: User): Promise<void> {
    for (let user = first; !this.over; await pause(120)) {
      const inbox = await user.get('/api/referrals');
      if (inbox.status === 401) user = await this.stage.signIn('partner');
      if (!worked(inbox)) continue;
      for (const { id, status, version } of read<{ items: ReferralRow[] }>(inbox).items) {
        const willing = this.decisions.get(id) ?? this.roll() < 0.85;
        this.decisions.set(id, willing);
        if (status === 'sent' && !willing) await this.act(user, id, 'decline', 'declined', { reason: 'full', version });
        else if (status === 'sent') await this.act(user, id, 'acceptance', 'accepted', { version });
        else if (status === 'accepted') await this.act(user, id, 'start', 'started', { version });
        else if (status === 'started') {
          await this.act(user, id, 'outcome', 'completed', { result: 'completed', version });
        }
      }
    }
  }

  private async act(user: User, id: string, path: string, status: string, body: unknown): Promise<void> {
    const answer = await user.post(`/api/referrals/${id}/${path}`, body);
    if (worked(answer)) this.ledger.acknowledge({ kind: 'referral', referralId: id, status });
  }

  /** As a careful client does: tries until it is told that it worked, or that it never will. */
  private async untilTold(what: string, work: () => Promise<Answer>): Promise<Answer> {
    return until(
      what,
      async () => {
        const answer = await work();
        return worked(answer) || refused(answer) || answer.status === 401 ? answer : null;
      },
      PERSISTENCE,
      150,
    );
  }

  private keep(what: string, work: () => Promise<void>): void {
    const doing = work()
      .catch((reason: unknown) => {
        if (!this.over) this.complaints.push(`${what}: ${String(reason)}`);
      })
      .finally(() => this.doing.delete(doing));
    this.doing.add(doing);
  }
}

export function triggerFor(person: KnownPerson): string {
  return JSON.stringify({
    programme: PROGRAMME,
    nhsNumber: person.nhsNumber,
    reason: 'Asked for help',
    source: TRIGGER_SOURCE,
  });
}

import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#platform/database';
import { ageOn } from '#platform/kernel';
import { OWNER } from './ladder.js';
import type {
  Place,
  TaskView,
  WaitingView,
  Worklist,
  WorklistCounts,
  WorklistItem,
  WorklistQuery,
} from './worklist.js';
import { COUNT_OF, fromCursor, isWaitingView, personLabel, toCursor } from './worklist.js';

/** Beyond this a count says only `or more`: nobody works a list that long, and counting it would cost every request. */
const COUNTED_UP_TO = 1000;
const MOST_ROWS = 200;

/** A row as Postgres writes it in JSON. */
interface Row {
  readonly id: string;
  readonly task_id: string | null;
  readonly episode_id: string;
  readonly person_id: string;
  readonly title: string;
  readonly programme: string;
  readonly programme_title: string;
  readonly birth_date: string;
  readonly area: string | null;
  readonly due_at: string;
  readonly claimed_by: string | null;
  readonly claimed_name: string | null;
  readonly tags: string[];
  readonly priority: number;
  readonly kind: string;
  readonly step: string | null;
  readonly escalated_to: string | null;
  readonly reminded: boolean;
  readonly snoozed_until: string | null;
  readonly snoozed_because: string | null;
  readonly paused_because: string | null;
  readonly demo: boolean;
  readonly version: number;
}

/** Reads a page and every count in one round trip, straight from the partial index of open tasks. */
@Injectable()
export class WorklistRepository {
  constructor(private readonly database: Database) {}

  async read(query: WorklistQuery, now: Date): Promise<Worklist> {
    const { view } = query;
    const limit = Math.min(Math.max(query.limit ?? 50, 1), MOST_ROWS);
    const [found] = await this.database.client.$queryRaw<[WorklistCounts & { rows: Row[] }]>(
      worklistSql(query, limit + 1, now),
    );
    const { rows, ...counts } = found;
    const items = rows.slice(0, limit).map((row) => toItem(row, query.accountId, now));
    const last = items.at(-1);
    return {
      view,
      total: counts[COUNT_OF[view]],
      counts,
      countedUpTo: COUNTED_UP_TO,
      items,
      nextCursor: rows.length > limit && last ? toCursor(last) : null,
    };
  }
}

/** A page of `rows` rows and the counts, in one statement. */
export function worklistSql(query: WorklistQuery, rows: number, now: Date): Prisma.Sql {
  const { view } = query;
  const place = query.cursor === undefined ? null : fromCursor(query.cursor);
  const page = isWaitingView(view)
    ? waitingPage(query, view, place, rows, now)
    : taskPage(query, view, place, rows, now);
  return Prisma.sql`WITH ${page}
    SELECT ${countsOf(query, now)},
      (SELECT coalesce(json_agg(to_json(r)), '[]') FROM (
        SELECT page.*, v.title AS programme_title, p.birth_date, a.name AS area, e.demo, c.name AS claimed_name,
          EXISTS (SELECT 1 FROM escalation_rung g
            WHERE g.task_id = page.task_id AND g.status = 'climbed' AND g."to" = ${OWNER}) AS reminded,
          CASE WHEN page.task_id IS NULL THEN e.paused_because END AS paused_because
        FROM page
        JOIN episode e ON e.id = page.episode_id
        JOIN programme_version v ON v.id = e.programme_version_id
        JOIN person p ON p.id = page.person_id
        LEFT JOIN area a ON a.lsoa = p.lsoa
        LEFT JOIN account c ON c.id::text = page.claimed_by
        ORDER BY page.place
      ) r) AS rows`;
}

/** Open tasks of the team. `t` is the task. */
function openTasks({ teamKey, programme }: WorklistQuery): Prisma.Sql {
  const ofProgramme = programme === undefined ? Prisma.empty : Prisma.sql`AND t.programme = ${programme}`;
  return Prisma.sql`t.team_key = ${teamKey} AND t.status = 'open' ${ofProgramme}`;
}

/** A snoozed task is on no list but its own until its day comes; that of a paused pathway is on none. */
function inView(view: TaskView, accountId: string, now: Date): Prisma.Sql {
  const awake = Prisma.sql`AND NOT t.paused AND (t.snoozed_until IS NULL OR t.snoozed_until <= ${now})`;
  switch (view) {
    case 'needs-us':
      return awake;
    case 'mine':
      return Prisma.sql`${awake} AND t.claimed_by = ${accountId}`;
    case 'unclaimed':
      return Prisma.sql`${awake} AND t.claimed_by IS NULL`;
    case 'overdue':
      return Prisma.sql`${awake} AND t.due_at < ${now}`;
    case 'snoozed':
      return Prisma.sql`AND NOT t.paused AND t.snoozed_until > ${now}`;
  }
}

function taskPage(query: WorklistQuery, view: TaskView, place: Place | null, rows: number, now: Date): Prisma.Sql {
  const tasks = (beyond: Prisma.Sql): Prisma.Sql => Prisma.sql`(
    SELECT t.id, t.id AS task_id, t.episode_id, t.person_id, t.title, t.programme, t.due_at, t.claimed_by, t.tags,
      t.priority, t.kind, t.step, t.escalated_to, t.version, t.snoozed_until, t.snoozed_because
    FROM task t
    WHERE ${openTasks(query)} ${inView(view, query.accountId, now)} ${beyond}
    ORDER BY t.priority DESC, t.due_at, t.id
    LIMIT ${rows})`;
  const part = (beyond: Prisma.Sql): Prisma.Sql =>
    view === 'needs-us'
      ? Prisma.sql`${tasks(beyond)} UNION ALL ${toLookAgain(query, now, beyond, rows)}`
      : tasks(beyond);
  // Two index ranges instead of one OR, which Postgres would answer by walking past every earlier row.
  const parts = place
    ? Prisma.sql`${part(Prisma.sql`AND t.priority = ${place.priority} AND (t.due_at, t.id) > (${place.dueAt}, ${place.id}::uuid)`)}
        UNION ALL ${part(Prisma.sql`AND t.priority < ${place.priority}`)}`
    : part(Prisma.empty);
  return Prisma.sql`found AS (${parts}), page AS (
    SELECT *, row_number() OVER (ORDER BY priority DESC, due_at, id) AS place
    FROM found ORDER BY place LIMIT ${rows})`;
}

/*
 * What waits for someone else is read from where the episode stands: the kind of its step in its own programme
 * version. `e` is the episode, `s` the step.
 */
function waitingEpisodes(
  { teamKey, programme }: WorklistQuery,
  view: WaitingView,
  now: Date,
  rest: Prisma.Sql,
): Prisma.Sql {
  if (view === 'paused') return pausedEpisodes(teamKey, programme, rest);
  const ofProgramme = programme === undefined ? Prisma.empty : Prisma.sql`AND v.programme = ${programme}`;
  const week = new Date(now.getTime() + 7 * 24 * 60 * 60 * 1000);
  const kinds = {
    'waiting-partner': ['referral'],
    'waiting-person': ['contact'],
    'coming-week': ['wait', 'measure', 'recheck'],
  };
  // Only what has not begun: a measure whose task is open is already on the list. OFFSET keeps it one look per row.
  const notBegun = Prisma.sql`AND e.next_at BETWEEN ${now} AND ${week}
    AND NOT EXISTS (SELECT 1 FROM task t WHERE t.episode_id = e.id AND t.step = e.step AND t.status = 'open' OFFSET 0)`;
  // Step by step and in the order of the index of open episodes: a short range each, however many stand elsewhere.
  return Prisma.sql`FROM (
      SELECT v.id AS version_id, step->>'id' AS id
      FROM programme_version v, jsonb_array_elements(v.definition->'script'->'steps') step
      WHERE step->>'kind' = ANY (${kinds[view]}) ${ofProgramme}
    ) s
    CROSS JOIN LATERAL (
      SELECT e.id, e.person_id, e.programme, e.step, e.step_title, e.priority, e.next_at
      FROM episode e
      WHERE e.team_key = ${teamKey} AND e.status = 'open' AND e.programme_version_id = s.version_id AND e.step = s.id
        AND e.next_at IS NOT NULL AND e.paused_at IS NULL ${view === 'coming-week' ? notBegun : Prisma.empty} ${rest}
    ) e`;
}

/** Every pathway that rests, by the day somebody said to look again, else four weeks after it began to rest. */
function pausedEpisodes(teamKey: string, programme: string | undefined, rest: Prisma.Sql): Prisma.Sql {
  const ofProgramme = programme === undefined ? Prisma.empty : Prisma.sql`AND o.programme = ${programme}`;
  return Prisma.sql`FROM (
      SELECT * FROM (
        SELECT o.id, o.person_id, o.programme, o.step, o.step_title, o.priority,
          coalesce(z.review_on + time '09:00', z."from" AT TIME ZONE 'Europe/London' + interval '28 days')
            AT TIME ZONE 'Europe/London' AS next_at
        FROM pause z JOIN episode o ON o.id = z.episode_id
        WHERE z."to" IS NULL AND o.team_key = ${teamKey} AND o.status = 'open' ${ofProgramme}
      ) e
      WHERE true ${rest}
    ) e`;
}

/**
 * Pauses whose day to look again has come, in the columns and the order of tasks. `t` is the episode, so that they begin
 * after the same row as the tasks do.
 */
function toLookAgain({ teamKey, programme }: WorklistQuery, now: Date, beyond: Prisma.Sql, rows: number): Prisma.Sql {
  const come = Prisma.sql`AND e.next_at <= ${now}`;
  return Prisma.sql`(
    SELECT t.*
    FROM (
      SELECT e.id, NULL::uuid AS task_id, e.id AS episode_id, e.person_id, coalesce(e.step_title, e.programme) AS title,
        e.programme, e.next_at AS due_at, NULL::text AS claimed_by, '{}'::text[] AS tags, e.priority,
        'look-again' AS kind, e.step, NULL::text AS escalated_to, 0 AS version, NULL::timestamptz AS snoozed_until,
        NULL::text AS snoozed_because
      ${pausedEpisodes(teamKey, programme, come)}
    ) t
    WHERE true ${beyond}
    ORDER BY t.priority DESC, t.due_at, t.id
    LIMIT ${rows})`;
}

function waitingPage(
  query: WorklistQuery,
  view: WaitingView,
  place: Place | null,
  rows: number,
  now: Date,
): Prisma.Sql {
  const beyond = place ? Prisma.sql`AND (e.next_at, e.id) > (${place.dueAt}, ${place.id}::uuid)` : Prisma.empty;
  const rest = Prisma.sql`${beyond} ORDER BY e.next_at, e.id LIMIT ${rows}`;
  return Prisma.sql`page AS (
    SELECT e.id, NULL::uuid AS task_id, e.id AS episode_id, e.person_id, coalesce(e.step_title, e.programme) AS title,
      e.programme, e.next_at AS due_at, NULL::text AS claimed_by, '{}'::text[] AS tags, e.priority, 'waiting' AS kind,
      e.step, NULL::text AS escalated_to, 0 AS version, NULL::timestamptz AS snoozed_until, NULL::text AS snoozed_because,
      row_number() OVER (ORDER BY e.next_at, e.id) AS place
    ${waitingEpisodes(query, view, now, rest)}
    ORDER BY place LIMIT ${rows})`;
}

function countsOf(query: WorklistQuery, now: Date): Prisma.Sql {
  const counted = (rows: Prisma.Sql): Prisma.Sql =>
    Prisma.sql`(SELECT count(*)::int FROM (SELECT 1 ${rows} LIMIT ${COUNTED_UP_TO}) capped)`;
  const tasks = (view: TaskView, order = Prisma.empty): Prisma.Sql =>
    counted(Prisma.sql`FROM task t WHERE ${openTasks(query)} ${inView(view, query.accountId, now)} ${order}`);
  // An order the index has keeps Postgres from reading the whole table in the hope of meeting enough rows early.
  const byRank = Prisma.sql`ORDER BY t.priority DESC, t.due_at, t.id`;
  const waiting = (view: WaitingView): Prisma.Sql =>
    counted(waitingEpisodes(query, view, now, Prisma.sql`ORDER BY e.next_at LIMIT ${COUNTED_UP_TO}`));
  const toLookAt = counted(pausedEpisodes(query.teamKey, query.programme, Prisma.sql`AND e.next_at <= ${now}`));
  return Prisma.sql`least(${tasks('needs-us', byRank)} + ${toLookAt}, ${COUNTED_UP_TO}) AS "needsUs", ${tasks('mine')} AS mine,
    ${tasks('unclaimed', byRank)} AS unclaimed, ${tasks('overdue')} AS overdue, ${tasks('snoozed')} AS snoozed,
    ${waiting('waiting-partner')} AS "waitingPartner", ${waiting('waiting-person')} AS "waitingPerson",
    ${waiting('coming-week')} AS "comingWeek", ${waiting('paused')} AS paused`;
}

function toItem(row: Row, accountId: string, now: Date): WorklistItem {
  const dueAt = new Date(row.due_at);
  return {
    id: row.id,
    taskId: row.task_id,
    episodeId: row.episode_id,
    personId: row.person_id,
    title: row.title,
    programme: row.programme,
    programmeTitle: row.programme_title,
    personLabel: personLabel(row.person_id, ageOn(new Date(row.birth_date), now), row.area),
    dueAt,
    overdue: dueAt < now,
    claimedBy:
      row.claimed_by === null
        ? null
        : { id: row.claimed_by, name: row.claimed_name ?? 'A colleague', you: row.claimed_by === accountId },
    tags: row.tags,
    priority: row.priority,
    kind: row.kind as WorklistItem['kind'],
    step: row.step,
    escalatedTo: row.escalated_to,
    reminded: row.reminded,
    snoozedUntil: row.snoozed_until === null ? null : new Date(row.snoozed_until),
    snoozedBecause: row.snoozed_because,
    pausedBecause: row.paused_because,
    demo: row.demo,
    version: row.version,
  };
}

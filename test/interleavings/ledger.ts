import type { Stage } from '../factories/stage.js';
import type { Walking } from './world.js';

/** What Postgres holds of one walk. */
export type Page = ReturnType<Awaited<ReturnType<typeof readLedger>>>;

/** Reads many walks with one question a table, and answers what is there of each. */
export async function readLedger(db: Stage['db'], walks: readonly Walking[]) {
  const episodeId = { in: walks.map((walked) => walked.episodeId) };
  const personId = { in: walks.map((walked) => walked.personId) };
  const [episodes, tasks, referrals, messages, measurements, entries, endings, held] = await Promise.all([
    db.episode.findMany({ where: { id: episodeId } }),
    db.task.findMany({ where: { episodeId } }),
    db.referral.findMany({ where: { episodeId } }),
    db.message.findMany({ where: { episodeId } }),
    db.measurement.findMany({ where: { episodeId } }),
    db.auditEntry.findMany({ where: { personId }, orderBy: { seq: 'asc' } }),
    db.ending.findMany({ where: { episodeId } }),
    db.outboxEntry.findMany({ where: { lane: episodeId, fate: 'held', deliveredAt: null } }),
  ]);
  const episodeOf = by(episodes, ({ id }) => id);
  const of = {
    tasks: by(tasks, (one) => one.episodeId),
    referrals: by(referrals, (one) => one.episodeId),
    messages: by(messages, (one) => one.episodeId),
    measurements: by(measurements, (one) => one.episodeId),
    entries: by(entries, (one) => one.personId),
    endings: by(endings, (one) => one.episodeId),
    held: by(held, (one) => one.lane),
  };
  return (walked: Walking) => {
    const [episode] = episodeOf(walked.episodeId);
    if (!episode) throw new Error(`There is no episode ${walked.episodeId}`);
    return {
      episode,
      tasks: of.tasks(walked.episodeId),
      referrals: of.referrals(walked.episodeId),
      messages: of.messages(walked.episodeId),
      measurements: of.measurements(walked.episodeId),
      entries: of.entries(walked.personId),
      ending: of.endings(walked.episodeId)[0] ?? null,
      held: of.held(walked.episodeId).length > 0,
    };
  };
}

function by<Row>(rows: readonly Row[], keyOf: (row: Row) => string | null): (key: string) => readonly Row[] {
  const groups = Map.groupBy(rows, keyOf);
  return (key) => groups.get(key) ?? [];
}

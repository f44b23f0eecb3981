import { Module } from '@nestjs/common';
import { isGrpcServiceError } from '@temporalio/client';
import { type Drift, ReconcileService, type Repair, REPAIRS, REPAIRS_OF } from '#care/allocation';
import { Audit } from '#platform/audit';
import { Temporal, TemporalModule } from '#platform/temporal';
import { RECONCILE_RUN, type ReconcileSummary, type Repaired, repairRunId } from '#workflows';
import { CliModule } from './cli.module.js';
import { type Command, CommandMisused, withRooms } from './command.js';

/** The rooms, and the line to the pathways. */
@Module({ imports: [CliModule, TemporalModule] })
class EngineModule {}

const ACTOR = { kind: 'system', id: 'command-line' } as const;

/** In milliseconds: a comparison of many thousand pathways, and one repair. */
const COMPARED_WITHIN = 10 * 60_000;
const REPAIRED_WITHIN = 60_000;

/** Compares now, and lists what differs. Exits with 1 when something does. */
export const reconcileCommand: Command = {
  summary: 'compare the records with the pathways now, and list what differs [--json]',
  run: (args) =>
    inEngine(async (reconcile, temporal) => {
      const began = performance.now();
      const summary = await carryOut<ReconcileSummary>(temporal, 'reconcileRun', RECONCILE_RUN, [], COMPARED_WITHIN);
      const milliseconds = Math.round(performance.now() - began);
      const { open } = await reconcile.list(null);
      if (args.includes('--json')) console.log(JSON.stringify({ ...summary, milliseconds, open }));
      else {
        for (const drift of open) console.log(lineOf(drift));
        const { episodes, pathways, asked, drifts } = summary;
        console.log(
          `${episodes} open episodes and ${pathways} pathways compared in ${milliseconds} ms, ${asked} of them asked where they are: ` +
            (drifts === 0 ? 'nothing differs.' : `${drifts} differences.`),
        );
      }
      return summary.drifts === 0 ? 0 : 1;
    }),
};

/** Repairs one difference, if it is still there when looked at again. */
export const repairCommand: Command = {
  summary: 'repair a difference <id> --reason "why" [--by start|end|ask-again|correct|release|drop]',
  run: (args) => {
    const [driftId] = args;
    const reason = valueOf(args, '--reason');
    if (!driftId || driftId.startsWith('--') || !reason) {
      throw new CommandMisused('Say which and why: fairway repair <id> --reason "what you found out"');
    }
    return inEngine(async (reconcile, temporal) => {
      const { kind } = await reconcile.get(driftId);
      const repair = repairOf(valueOf(args, '--by')) ?? REPAIRS_OF[kind][0];
      const asked = await reconcile.ask({ driftId, repair, reason, teamKey: null });
      const { done } =
        asked === 'done'
          ? { done: 'repaired' }
          : await carryOut<Repaired>(temporal, 'repairRun', repairRunId(driftId), [driftId], REPAIRED_WITHIN);
      console.log(done === 'repaired' ? `Repaired: ${repair}.` : 'This is no longer so: nothing was changed.');
      return done === 'repaired' ? 0 : 1;
    });
  },
};

/** Lists the outbox entries that somebody has to look at, delivers one again, or drops it for good. */
export const outboxCommand: Command = {
  summary: 'list held outbox entries, or deliver one again or never: [release|drop <entry> --reason "why"]',
  run: ([act, entryId, ...rest]) => {
    const reason = valueOf(rest, '--reason');
    if (act !== undefined && ((act !== 'release' && act !== 'drop') || !entryId || !reason)) {
      throw new CommandMisused('Say which and why: fairway outbox release <entry> --reason "what was mended"');
    }
    return withRooms(CliModule, (rooms) =>
      Audit.as(ACTOR, async () => {
        const reconcile = rooms.get(ReconcileService);
        if (act === undefined || entryId === undefined || reason === undefined) {
          const entries = await reconcile.listStandingEntries();
          for (const { id, topic, lane, held, attempts, lastError, behind } of entries) {
            const why = lastError ? `, ${lastError}` : '';
            console.log(
              `${id}  ${held ? 'held' : 'waiting'}  ${topic} of ${lane}: ${attempts} tries${why}, ${behind} behind it`,
            );
          }
          if (entries.length === 0) console.log('No entry is held, and none has waited long.');
          return 0;
        }
        await reconcile.settle(entryId, act, reason);
        console.log(act === 'release' ? 'Released: the relay sends it again.' : 'Dropped: it is never sent.');
        return 0;
      }),
    );
  },
};

function inEngine(work: (reconcile: ReconcileService, temporal: Temporal) => Promise<number>): Promise<number> {
  return withRooms(EngineModule, (rooms) =>
    Audit.as(ACTOR, () => work(rooms.get(ReconcileService), rooms.get(Temporal))),
  );
}

/** Has the worker do it, and waits. Throws CommandMisused when no answer comes. */
async function carryOut<Result>(
  { client, taskQueue }: Temporal,
  workflow: string,
  workflowId: string,
  args: readonly string[],
  milliseconds: number,
): Promise<Result> {
  try {
    return await client.withDeadline(
      Date.now() + milliseconds,
      () =>
        client.workflow.execute(workflow, {
          workflowId,
          taskQueue,
          args: [...args],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        }) as Promise<Result>,
    );
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    if (!isGrpcServiceError(cause)) throw error;
    throw new CommandMisused('Temporal or the worker does not answer: start them, and try again.');
  }
}

function lineOf({ id, kind, subject, programme, stepTitle, foundAt, repair, repairedAt }: Drift): string {
  const where = [programme, stepTitle].filter(Boolean).join(', ');
  const asked = repair && !repairedAt ? `, ${repair} was asked for` : '';
  return `${id}  ${kind}  ${subject}${where ? ` (${where})` : ''}, since ${foundAt.toISOString()}${asked}`;
}

function valueOf(args: readonly string[], option: string): string | undefined {
  const place = args.indexOf(option);
  return place === -1 ? undefined : args[place + 1]?.trim() || undefined;
}

function repairOf(text: string | undefined): Repair | undefined {
  if (text === undefined) return undefined;
  const found = REPAIRS.find((one) => one === text);
  if (!found) throw new CommandMisused(`There is no repair ${text}: ${REPAIRS.join(', ')}`);
  return found;
}

import { AllocationService, LeavingService, type LetGoOutcome } from '#care/allocation';
import { DetectionService } from '#care/detection';
import { ProgrammesService } from '#care/programmes';
import { Audit } from '#platform/audit';
import { Clock } from '#platform/kernel';
import { CliModule } from './cli.module.js';
import { type Command, withRooms } from './command.js';

const NOBODY_LEFT: LetGoOutcome = { left: 0, because: {} };

/** Evaluates every live programme now, lets go who needs it no longer and lets in who may be. Safe to repeat. */
export const detectCommand: Command = {
  summary: 'find people for every programme, let them in, and let go who needs it no longer [--json] [--find-only]',
  async run(args) {
    return withRooms(CliModule, (rooms) =>
      Audit.as({ kind: 'system', id: 'command-line' }, async () => {
        const detection = rooms.get(DetectionService);
        const allocation = rooms.get(AllocationService);
        const leaving = rooms.get(LeavingService);
        const findOnly = args.includes('--find-only');
        const asOf = rooms.get(Clock).now();
        const found = [];
        const from = performance.now();
        for (const { programme } of await rooms.get(ProgrammesService).listLive()) {
          found.push({ ...(await detection.run(programme, asOf)), programme });
        }
        const milliseconds = Math.round(performance.now() - from);
        const programmes = [];
        for (const run of found) {
          const { left, because } = findOnly ? NOBODY_LEFT : await leaving.letGo(run.programme, asOf);
          const letIn = findOnly ? 0 : (await allocation.letIn(run.programme)).letIn;
          programmes.push({ ...run, letIn, left, leftBecause: because });
        }
        if (args.includes('--json')) {
          console.log(JSON.stringify({ programmes, milliseconds }));
          return 0;
        }
        for (const run of programmes) {
          console.log(
            `${run.programme}: of ${run.assessed} people ${run.found} found (${run.entered} new), ${run.notActionable} not now, ` +
              `${run.letIn} let in, ${run.left} let go${sayWhy(run.leftBecause)}, ${run.milliseconds} ms`,
          );
        }
        console.log(`Found in ${milliseconds} ms.`);
        return 0;
      }),
    );
  },
};

function sayWhy(because: LetGoOutcome['because']): string {
  const parts = Object.entries(because).map(([reason, count]) => `${count} ${reason.replaceAll('-', ' ')}`);
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

import { AllocationService } from '#care/allocation';
import { DetectionService } from '#care/detection';
import { ProgrammesService } from '#care/programmes';
import { Audit } from '#platform/audit';
import { Clock } from '#platform/kernel';
import { CliModule } from './cli.module.js';
import { type Command, withRooms } from './command.js';

/** Evaluates every live programme now, and lets in everyone found who may be. Safe to repeat. */
export const detectCommand: Command = {
  summary: 'find people for every programme and let them in [--json] [--find-only]',
  async run(args) {
    return withRooms(CliModule, (rooms) =>
      Audit.as({ kind: 'system', id: 'command-line' }, async () => {
        const detection = rooms.get(DetectionService);
        const allocation = rooms.get(AllocationService);
        const asOf = rooms.get(Clock).now();
        const found = [];
        const from = performance.now();
        for (const { programme } of await rooms.get(ProgrammesService).listLive()) {
          found.push({ ...(await detection.run(programme, asOf)), programme });
        }
        const milliseconds = Math.round(performance.now() - from);
        const programmes = [];
        for (const run of found) {
          const letIn = args.includes('--find-only') ? 0 : (await allocation.letIn(run.programme)).letIn;
          programmes.push({ ...run, letIn });
        }
        if (args.includes('--json')) {
          console.log(JSON.stringify({ programmes, milliseconds }));
          return 0;
        }
        for (const run of programmes) {
          console.log(
            `${run.programme}: of ${run.assessed} people ${run.found} found (${run.entered} new), ${run.notActionable} not now, ` +
              `${run.letIn} let in, ${run.milliseconds} ms`,
          );
        }
        console.log(`Found in ${milliseconds} ms.`);
        return 0;
      }),
    );
  },
};

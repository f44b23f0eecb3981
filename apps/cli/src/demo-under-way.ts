import { AllocationService } from '#care/allocation';
import { type ProgrammeDefinition, ProgrammesService, type Reason, type Step } from '#care/programmes';
import { Database } from '#platform/database';
import { before } from '#platform/kernel';

const DAY = 86_400_000;
/** How many people of each programme stand at a step of each kind, most of them in the first team. */
const AT_A_STEP: Readonly<Partial<Record<Step['kind'], number>>> = { task: 8, referral: 12, measure: 6 };
/** Every person of a small population cannot be under way. */
const SHARE_AT_MOST = 0.4;

interface Found {
  readonly personId: string;
  readonly reasons: Reason[];
}

/** Opens episodes that join their pathway at each kind of step, as if entered some days ago. Returns how many. */
export async function enrolWorkUnderWay(
  database: Database,
  allocation: AllocationService,
  programmes: ProgrammesService,
  today: Date,
): Promise<number> {
  let enrolled = 0;
  for (const definition of await programmes.listLive()) {
    const found = await listFound(database, definition.programme);
    const queue = found.slice(0, Math.floor(found.length * SHARE_AT_MOST));
    for (const { step, enteredAt } of placesToJoin(definition, today)) {
      const person = queue.shift();
      if (!person) break;
      const { state } = await allocation.enrol({
        personId: person.personId,
        programme: definition.programme,
        origin: 'detection',
        demo: true,
        reasons: person.reasons,
        joinAt: { step, enteredAt: enteredAt.toISOString() },
      });
      if (state === 'started') enrolled += 1;
    }
  }
  return enrolled;
}

/** Turn by turn one place of each step, so that even a few people show every kind of work. */
function placesToJoin(
  { script }: ProgrammeDefinition,
  today: Date,
): { readonly step: string; readonly enteredAt: Date }[] {
  const rounds = script.steps.map((step) =>
    Array.from({ length: AT_A_STEP[step.kind] ?? 0 }, (_, n) => ({
      step: step.id,
      // A measure is due once its wait has passed; other work was entered up to a week ago.
      enteredAt: new Date(
        (step.kind === 'measure' ? before(today, step.after) : today).getTime() - (n % 7) * DAY - DAY / 8,
      ),
    })),
  );
  const longest = Math.max(...rounds.map((round) => round.length));
  return Array.from({ length: longest }, (_, n) => rounds.flatMap((round) => round.slice(n, n + 1))).flat();
}

async function listFound(database: Database, programme: string): Promise<Found[]> {
  return database.client.$queryRaw`
    SELECT f.person_id AS "personId", f.reasons
      FROM finding f JOIN person p ON p.id = f.person_id
     WHERE f.programme = ${programme} AND f.state = 'actionable' AND p.team_key IS NOT NULL
     ORDER BY p.team_key = 'northamptonshire' DESC, p.nhs_number`;
}

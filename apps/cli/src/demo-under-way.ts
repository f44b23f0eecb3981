import type { AllocationService } from '#care/allocation';
import type { DetectionService } from '#care/detection';
import {
  type ProgrammeDefinition,
  type ProgrammesService,
  type Reason,
  type Script,
  type Step,
  waysOut,
} from '#care/programmes';
import type { Database } from '#platform/database';
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

interface Rooms {
  readonly database: Database;
  readonly allocation: AllocationService;
  readonly detection: DetectionService;
  readonly programmes: ProgrammesService;
}

/**
 * Opens episodes that join their pathway at each kind of step, as if entered some days ago, each at a step to which the
 * person's own way leads. Returns how many.
 */
export async function enrolWorkUnderWay(rooms: Rooms, today: Date): Promise<number> {
  const { database, allocation, programmes } = rooms;
  let enrolled = 0;
  for (const definition of await programmes.listLive()) {
    const found = await listFound(database, definition.programme);
    const queue: (Found & { readonly steps: ReadonlySet<string> })[] = [];
    for (const person of found.slice(0, Math.floor(found.length * SHARE_AT_MOST))) {
      const ways = await waysOf(rooms.detection, definition.script, person.personId, today);
      queue.push({ ...person, steps: stepsAhead(definition.script, ways) });
    }
    for (const { step, enteredAt } of placesToJoin(definition, today)) {
      const place = queue.findIndex(({ steps }) => steps.has(step));
      const [person] = place === -1 ? [] : queue.splice(place, 1);
      if (!person) continue;
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

/** The way that a person takes at each branch: its place, or null for `otherwise`. */
async function waysOf(
  detection: DetectionService,
  { steps }: Script,
  personId: string,
  today: Date,
): Promise<ReadonlyMap<string, number | null>> {
  const ways = new Map<string, number | null>();
  for (const step of steps) {
    if (step.kind !== 'branch') continue;
    const rules = step.ways.map(({ when }) => when);
    ways.set(step.id, await detection.chooseWay(personId, rules, today));
  }
  return ways;
}

/** The steps to which a pathway can lead somebody who takes these ways. What runs side by side is nowhere to join. */
export function stepsAhead(script: Script, ways: ReadonlyMap<string, number | null>): ReadonlySet<string> {
  const ahead = new Set<string>();
  const waiting = [script.start];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const step = script.steps.find((one) => one.id === id);
    if (!step || ahead.has(id)) continue;
    ahead.add(id);
    const way = ways.get(id) ?? null;
    const next = step.kind === 'branch' ? [way === null ? step.otherwise : step.ways[way]!.next] : waysOut(step);
    waiting.push(...next.flatMap((one) => ('step' in one ? [one.step] : [])));
  }
  return ahead;
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

import { z } from 'zod';
import { day, id, instant, limit, type Shown, slug } from '../http/parts.schema.js';

const whole = (from: number, to: number) => z.int().min(from).max(to);

export const simulationPath = z.object({ id });
export const simulationsQuery = z.object({ programme: slug.optional(), limit });
export type SimulationsQuery = z.infer<typeof simulationsQuery>;

export const simulationWishSchema = z
  .strictObject({
    programme: slug,
    version: whole(1, 100_000).optional().describe('The live one when absent.'),
    weeks: whole(1, 52),
    people: whole(1, 5000).optional().describe('At most so many, drawn by the seed; everybody when absent.'),
    overWeeks: whole(1, 52).optional().describe('Weeks to let them in over; what the assumptions say when absent.'),
    seed: whole(0, 2_147_483_647).optional(),
  })
  .meta({ id: 'SimulationWish' });
export type SimulationWishBody = z.infer<typeof simulationWishSchema>;

export const simulationSchema = z
  .object({
    id: z.string(),
    programme: z.string(),
    version: z.int(),
    title: z.string(),
    weeks: z.int(),
    people: z.int(),
    seed: z.int(),
    overWeeks: z.int(),
    startsOn: day,
    startedAt: instant,
    finishedAt: instant.nullable(),
    status: z.enum(['running', 'stopping', 'finished', 'failed', 'stopped']),
    days: z.int().describe('Simulated days walked so far.'),
    daysInAll: z.int(),
    ended: z.int().describe('People whose pathway has ended so far.'),
    because: z.string().nullable().describe('Why it failed.'),
    mine: z.boolean().describe('Whether the caller asked for it.'),
  })
  .meta({ id: 'Simulation' });
export type SimulationView = Shown<typeof simulationSchema>;

export const simulationsSchema = z.object({ items: z.array(simulationSchema) }).meta({ id: 'Simulations' });
export type SimulationsView = Shown<typeof simulationsSchema>;

export const simulationChoicesSchema = z
  .object({
    programmes: z.array(
      z.object({
        programme: z.string(),
        title: z.string(),
        versions: z.array(z.object({ version: z.int(), live: z.boolean() })),
      }),
    ),
    overWeeks: z.int().describe('What the assumptions say.'),
  })
  .meta({ id: 'SimulationChoices' });
export type SimulationChoicesView = Shown<typeof simulationChoicesSchema>;

const amount = z.number();
const setting = z.object({
  id: z.string(),
  programme: z.string(),
  version: z.int(),
  live: z.boolean(),
  title: z.string(),
  weeks: z.int(),
  overWeeks: z.int(),
  seed: z.int(),
  startsOn: day,
  found: z.int().describe('Everybody whom the programme is for and may be let in; of them `people` were walked.'),
  underWayAlready: z.int().describe('Of those walked: whom the programme helps already, walked as if let in anew.'),
  people: z.int(),
});

const work = z.object({
  role: z.string(),
  title: z.string(),
  hoursAvailable: amount.describe('A week, all teams together.'),
  weeks: z.array(
    z.object({
      opened: z.int(),
      done: z.int(),
      cancelled: z.int(),
      hoursNeeded: amount.describe('Of the tasks opened in the week.'),
      hoursWorked: amount,
      openAtEnd: z.int(),
      pastDueAtEnd: z.int(),
    }),
  ),
});

const service = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  weeks: z.array(
    z.object({
      sent: z.int(),
      accepted: z.int(),
      declined: z.int(),
      expired: z.int(),
      waitingAtEnd: z.int(),
    }),
  ),
});

const equity = z.object({
  stages: z.array(z.object({ key: z.string(), title: z.string() })),
  groupings: z.array(
    z.object({
      key: z.enum(['quintile', 'sex', 'ethnic-group', 'age']),
      title: z.string(),
      rows: z.array(
        z.object({
          key: z.string(),
          title: z.string(),
          cells: z
            .array(
              z.object({
                count: z.int().nullable().describe('Null where suppressed.'),
                text: z.string(),
                percent: amount.nullable().describe('Of those found in the row.'),
              }),
            )
            .describe('One for each stage, in order.'),
        }),
      ),
    }),
  ),
  suppression: z.string(),
});

export const simulationResultSchema = z
  .object({
    format: z.literal('fairway-simulation/1'),
    setting,
    provenance: z.string().describe('Says that this is a forecast, and from what.'),
    summary: z.array(z.string()),
    weeks: z.array(day).describe('The Monday of each week.'),
    work: z.array(work),
    services: z.array(service),
    breaches: z.array(z.object({ tasksPastDue: z.int(), rungsClimbed: z.int(), referralsExpired: z.int() })),
    messages: z.array(
      z.object({
        channel: z.string(),
        title: z.string(),
        weeks: z.array(z.object({ sent: z.int(), cameBack: z.int() })),
      }),
    ),
    notReachable: z.int().describe('Messages for which the person had no channel.'),
    noService: z.int().describe('Times no service was left to ask.'),
    endings: z.array(
      z.object({ key: z.string(), title: z.string(), kind: z.enum(['good', 'other', 'left']), people: z.int() }),
    ),
    people: z.object({ letIn: z.int(), underWayAtEnd: z.int(), notLetIn: z.int() }),
    length: z
      .object({
        ended: z.int(),
        quarter: amount.nullable(),
        median: amount.nullable(),
        threeQuarters: amount.nullable(),
        longest: amount.nullable(),
        byWeek: z.array(z.int()),
      })
      .describe('Days from being let in to the end.'),
    equity,
    assumptions: z.record(z.string(), z.unknown()).describe('As programmes/simulation/assumptions.yaml writes them.'),
  })
  .meta({ id: 'SimulationResult' });

export const simulationReportSchema = z
  .object({
    simulation: simulationSchema,
    result: simulationResultSchema.nullable().describe('Null while it is not finished.'),
  })
  .meta({ id: 'SimulationReport' });
export type SimulationReportView = Shown<typeof simulationReportSchema>;

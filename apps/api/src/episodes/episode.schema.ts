import { z } from 'zod';
import { EXIT_REASONS, PAUSE_REASONS } from '#care/allocation';
import { day, id, instant, type Shown, slug, text } from '../http/parts.schema.js';

export const episodePath = z.object({ id });

const said = (reasons: Readonly<Record<string, string>>): string =>
  Object.entries(reasons)
    .map(([key, words]) => `${key}: ${words}`)
    .join('; ');

export const pauseSchema = z
  .strictObject({
    reason: slug.describe(said(PAUSE_REASONS)),
    note: text(2000).nullish().describe('Needed with the reason other.'),
    reviewOn: day.nullish().describe('When somebody should look again. The pause lasts until it is ended.'),
  })
  .meta({ id: 'PauseEpisode' });
export type PauseBody = z.infer<typeof pauseSchema>;

export const resumeSchema = z
  .strictObject({ pauseId: z.string().max(80).describe('The pause that ends, as the record names it.') })
  .meta({ id: 'ResumeEpisode' });
export type ResumeBody = z.infer<typeof resumeSchema>;

export const transferSchema = z
  .strictObject({
    team: slug.describe('The team that gets the episode with its open tasks.'),
    reason: text(500),
  })
  .meta({ id: 'TransferEpisode' });
export type TransferBody = z.infer<typeof transferSchema>;

export const exitSchema = z
  .strictObject({
    reason: slug.describe(
      `${said(EXIT_REASONS)}. opted-out is recorded for the programme, moved-away for the person, which ends every pathway of theirs. A death is recorded for the person.`,
    ),
    note: text(2000).nullish(),
  })
  .meta({ id: 'ExitEpisode' });
export type ExitBody = z.infer<typeof exitSchema>;

const reasonSchema = z.object({ key: z.string(), title: z.string() });

export const episodeChoicesSchema = z
  .object({
    pauseReasons: z.array(reasonSchema),
    exitReasons: z.array(reasonSchema),
    teams: z.array(z.object({ key: z.string(), name: z.string() })).describe('To whom an episode can be handed over.'),
  })
  .meta({ id: 'EpisodeChoices' });
export type EpisodeChoicesView = Shown<typeof episodeChoicesSchema>;

export const episodeStandingSchema = z
  .object({
    id: z.string(),
    status: z.enum(['open', 'ended']),
    team: z.string().nullable(),
    paused: z.object({ pauseId: z.string(), reason: z.string(), since: instant, reviewOn: day.nullable() }).nullable(),
    leaving: z.string().nullable().describe('Why it was ended by hand or by new data, until the pathway has ended it.'),
  })
  .meta({ id: 'EpisodeStanding' });
export type EpisodeStandingView = Shown<typeof episodeStandingSchema>;

import type { components, paths } from './schema';

/** What the screens read, from the API's own description. Named here once, so that a page never spells out where a shape comes from. */
type Schemas = components['schemas'];

export type Worklist = Schemas['Worklist'];
export type WorklistItem = Schemas['WorklistItem'];
export type ViewKey = Worklist['view'];
export type TaskView = Schemas['Task'];
export type Outcome = TaskView['outcomes'][number];
export type AskedValue = NonNullable<NonNullable<TaskView['asks']>['value']>;
export type Completion = Schemas['Completion'];
export type TaskStanding = Schemas['TaskStanding'];

export type PersonSummary = Schemas['PersonSummary'];
export type PersonMatch = Schemas['PersonMatch'];
export type PersonRecord = Schemas['PersonRecord'];
export type EpisodeView = Schemas['Episode'];
export type EpisodeChoices = Schemas['EpisodeChoices'];
export type PauseEpisode = Schemas['PauseEpisode'];
export type TransferEpisode = Schemas['TransferEpisode'];
export type ExitEpisode = Schemas['ExitEpisode'];
export type Rung = Schemas['Rung'];
export type Snooze = Schemas['Snooze'];
export type ContactPermission = Schemas['ContactPermission'];
export type Reason = Schemas['Reason'];
export type PriorityPart = Schemas['PriorityPart'];
export type TimelineEntry = Schemas['TimelineEntry'];
export type Next = Schemas['NextThing'];

export type ReferralInbox = Schemas['Inbox'];
export type ReferralRow = Schemas['ReferralItem'];
export type ReferralView = Schemas['Referral'];
export type DeclineReason = Schemas['Decline']['reason'];

export type ProgrammeSummary = Schemas['ProgrammeSummary'];
export type ProgrammeView = Schemas['Programme'];
export type TemplateSummary = Schemas['TemplateSummary'];
export type TemplateView = Schemas['Template'];
export type TemplateVersion = Schemas['TemplateVersion'];
export type TemplateVersionSummary = Schemas['TemplateVersionSummary'];
export type TemplatePreview = Schemas['TemplatePreview'];
export type TemplateLook = paths['/api/template-versions/{id}/preview']['get']['parameters']['query'];
export type Moves = Schemas['Moves'];
export type MoveBatch = Schemas['MoveBatch'];
export type MoveQuestion = Schemas['MoveQuestion'];
export type MoveOrder = Schemas['MoveOrder'];
export type MovePreview = Schemas['MovePreview'];
export type Drifts = Schemas['Drifts'];
export type DriftView = Schemas['Drift'];
export type DriftKind = DriftView['kind'];
export type DriftRepair = DriftView['repairs'][number];
export type Report = Schemas['Report'];
export type ReportRow = Schemas['ReportRow'];
export type Simulation = Schemas['Simulation'];
export type SimulationChoices = Schemas['SimulationChoices'];
export type SimulationWish = Schemas['SimulationWish'];
export type SimulationReport = Schemas['SimulationReport'];
export type SimulationResult = Schemas['SimulationResult'];
export type AuditPage = Schemas['AuditPage'];
export type AuditItem = AuditPage['items'][number];
export type UnmatchedTrigger = Schemas['UnmatchedTriggers']['items'][number];
export type WelcomeView = Schemas['Welcome'];

export type Session = Schemas['Session'];
export type SignedIn = Extract<Session, { signedIn: true }>;

/** Something changed that this person may see. */
export interface Change {
  what: string;
  episode?: string;
}

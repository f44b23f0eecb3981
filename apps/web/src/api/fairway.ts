import createClient from 'openapi-fetch';
import { Problem, problemFrom } from './problem';
import type { paths } from './schema';
import type {
  Completion,
  DeclineReason,
  DriftRepair,
  ExitEpisode,
  MoveOrder,
  MoveQuestion,
  PauseEpisode,
  Session,
  SimulationWish,
  Snooze,
  TemplateLook,
  TransferEpisode,
  ViewKey,
} from './views';

let csrfToken = '';
let onSignedOut: () => void = () => undefined;

/** Called whenever the server says that nobody is signed in any more. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

const client = createClient<paths>();
client.use({
  onRequest({ request }) {
    if (request.method !== 'GET') request.headers.set('x-csrf-token', csrfToken);
    return request;
  },
});

/** The answer, or a Problem that says why there is none. */
async function answered<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let came;
  try {
    came = await call;
  } catch {
    throw new Problem(0, 'web.unreachable', 'No answer came.');
  }
  if (came.response.ok) return came.data as T;
  if (came.response.status === 401) onSignedOut();
  throw problemFrom(came.response.status, came.error);
}

const byId = (id: string): { params: { path: { id: string } } } => ({ params: { path: { id } } });

/** Everything the screens ask of the server. Pages take the part they use, so that a test can hand them functions. */
export const fairway = {
  async session(): Promise<Session> {
    const session = await answered(client.GET('/api/session'));
    csrfToken = session.signedIn ? session.csrfToken : '';
    return session;
  },
  signOut: () => answered(client.POST('/auth/logout')),

  worklist: (query: { view: ViewKey; programme?: string; cursor?: string; limit?: number }) =>
    answered(client.GET('/api/worklist', { params: { query } })),
  task: (id: string) => answered(client.GET('/api/tasks/{id}', byId(id))),
  claim: (id: string) => answered(client.POST('/api/tasks/{id}/claim', byId(id))),
  release: (id: string) => answered(client.POST('/api/tasks/{id}/release', byId(id))),
  snooze: (id: string, body: Snooze) => answered(client.POST('/api/tasks/{id}/snooze', { ...byId(id), body })),
  cancelRung: (id: string, rung: number, because: string) =>
    answered(client.POST('/api/tasks/{id}/rungs/{rung}/cancel', { params: { path: { id, rung } }, body: { because } })),
  complete: (id: string, body: Completion) =>
    answered(client.POST('/api/tasks/{id}/completion', { ...byId(id), body })),

  findPeople: (query: string) => answered(client.GET('/api/people', { params: { query: { query } } })),
  person: (id: string) => answered(client.GET('/api/people/{id}', byId(id))),
  optOut: (id: string, purpose: string) =>
    answered(client.POST('/api/people/{id}/opt-out', { ...byId(id), body: { purpose } })),
  recordDeath: (id: string, on: string) =>
    answered(client.POST('/api/people/{id}/death', { ...byId(id), body: { on } })),
  recordMove: (id: string, on: string) => answered(client.POST('/api/people/{id}/move', { ...byId(id), body: { on } })),

  episodeChoices: () => answered(client.GET('/api/episodes/choices')),
  pauseEpisode: (id: string, body: PauseEpisode) =>
    answered(client.POST('/api/episodes/{id}/pause', { ...byId(id), body })),
  resumeEpisode: (id: string, pauseId: string) =>
    answered(client.POST('/api/episodes/{id}/resume', { ...byId(id), body: { pauseId } })),
  transferEpisode: (id: string, body: TransferEpisode) =>
    answered(client.POST('/api/episodes/{id}/transfer', { ...byId(id), body })),
  exitEpisode: (id: string, body: ExitEpisode) =>
    answered(client.POST('/api/episodes/{id}/exit', { ...byId(id), body })),

  referrals: () => answered(client.GET('/api/referrals')),
  referral: (id: string) => answered(client.GET('/api/referrals/{id}', byId(id))),
  accept: (id: string, version: number) =>
    answered(client.POST('/api/referrals/{id}/acceptance', { ...byId(id), body: { version } })),
  decline: (id: string, body: { reason: DeclineReason; note?: string; version: number }) =>
    answered(client.POST('/api/referrals/{id}/decline', { ...byId(id), body })),
  start: (id: string, version: number) =>
    answered(client.POST('/api/referrals/{id}/start', { ...byId(id), body: { version } })),
  reportOutcome: (id: string, body: { result: 'completed' | 'not-completed'; note?: string; version: number }) =>
    answered(client.POST('/api/referrals/{id}/outcome', { ...byId(id), body })),

  programmes: () => answered(client.GET('/api/programmes')),
  programme: (key: string) => answered(client.GET('/api/programmes/{key}', { params: { path: { key } } })),
  moves: (programme: string) => answered(client.GET('/api/moves', { params: { query: { programme } } })),
  previewMove: (body: MoveQuestion) => answered(client.POST('/api/moves/preview', { body })),
  startMove: (body: MoveOrder) => answered(client.POST('/api/moves', { body })),
  undoMove: (id: string) => answered(client.POST('/api/moves/{id}/undo', byId(id))),
  drift: () => answered(client.GET('/api/drift')),
  compareNow: () => answered(client.POST('/api/drift/runs')),
  repairDrift: (id: string, body: { repair: DriftRepair; reason: string }) =>
    answered(client.POST('/api/drift/{id}/repair', { ...byId(id), body })),

  report: (programme: string, query: { from?: string; to?: string }) =>
    answered(client.GET('/api/reports/{programme}', { params: { path: { programme }, query } })),

  templates: () => answered(client.GET('/api/templates')),
  template: (template: string) => answered(client.GET('/api/templates/{template}', { params: { path: { template } } })),
  templateVersion: (id: string) => answered(client.GET('/api/template-versions/{id}', byId(id))),
  templatePreview: (id: string, query: TemplateLook) =>
    answered(client.GET('/api/template-versions/{id}/preview', { params: { path: { id }, query } })),
  approveTemplate: (id: string) => answered(client.POST('/api/template-versions/{id}/approval', byId(id))),
  withdrawTemplate: (id: string) => answered(client.POST('/api/template-versions/{id}/withdrawal', byId(id))),

  simulations: () => answered(client.GET('/api/simulations', { params: { query: {} } })),
  simulationChoices: () => answered(client.GET('/api/simulations/choices')),
  simulation: (id: string) => answered(client.GET('/api/simulations/{id}', byId(id))),
  beginSimulation: (body: SimulationWish) => answered(client.POST('/api/simulations', { body })),
  stopSimulation: (id: string) => answered(client.POST('/api/simulations/{id}/stop', byId(id))),

  audit: (query: { person?: string; action?: string; cursor?: string }) =>
    answered(client.GET('/api/audit', { params: { query } })),
  triggers: () => answered(client.GET('/api/triggers')),
  welcome: () => answered(client.GET('/api/welcome')),
};

export type Fairway = typeof fairway;

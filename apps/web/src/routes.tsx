import {
  createRootRoute,
  createRoute,
  createRouter,
  Navigate,
  useParams,
  useRouterState,
} from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { fairway } from './api/fairway';
import { AuditPage, type AuditSearch } from './audit/audit.page';
import { DriftPage } from './drift/drift.page';
import { MovesPage } from './moves/moves.page';
import { PeoplePage } from './people/people.page';
import { PersonPage } from './people/person.page';
import { ProgrammePage } from './programmes/programme.page';
import { ProgrammesPage } from './programmes/programmes.page';
import { ReferralsPage } from './referrals/referrals.page';
import { ReportPage, type ReportSearch } from './reports/report.page';
import { ReportsPage } from './reports/reports.page';
import { HelpPage } from './shell/help.page';
import { homeOf } from './shell/places';
import { BrokenPage, Desk, NotFoundPage, SignedInPage } from './shell/plain.pages';
import { useSession } from './shell/session';
import { Shell } from './shell/shell';
import { SimulationPage, type SimulationSearch } from './simulation/simulation.page';
import { SimulationsPage } from './simulation/simulations.page';
import { CHANNELS, FORMATS } from './templates/preview';
import { TemplatePage, type TemplateSearch } from './templates/template.page';
import { TemplatesPage } from './templates/templates.page';
import { TriggersPage } from './triggers/triggers.page';
import { WelcomePage } from './welcome/welcome.page';
import { VIEWS, type WorkSearch } from './work/views-nav';
import { WorkPage } from './work/work.page';

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** Who is looked for: kept out of the address. */
    find?: string;
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const root = createRootRoute({
  component: () => <Shell api={fairway} />,
  notFoundComponent: NotFoundPage,
  errorComponent: ({ error }) => <BrokenPage error={error} />,
});
const at = <P extends string>(path: P) => ({ getParentRoute: () => root, path });

const home = createRoute({ ...at('/'), component: Home });
function Home(): ReactElement {
  const session = useSession();
  const to = session ? homeOf(session) : null;
  return to === null ? <Desk needs="nothing">{null}</Desk> : <Navigate to={to} replace />;
}

const work = createRoute({
  ...at('/work'),
  validateSearch: (search: Record<string, unknown>): WorkSearch => ({
    view: VIEWS.find((one) => one.view === search['view'])?.view ?? 'needs-us',
    programme: text(search['programme']),
  }),
  component: function Work() {
    const { taskId } = useParams({ strict: false });
    return (
      <Desk needs="worklist:read">
        <WorkPage api={fairway} search={work.useSearch()} taskId={taskId ?? null} />
      </Desk>
    );
  },
});
const task = createRoute({ getParentRoute: () => work, path: '$taskId' });

const people = createRoute({
  ...at('/people'),
  component: function People() {
    const find = useRouterState({ select: (state) => state.location.state.find ?? '' });
    return (
      <Desk needs="people:read">
        <PeoplePage api={fairway} find={find} />
      </Desk>
    );
  },
});
const person = createRoute({
  ...at('/people/$personId'),
  component: function Person() {
    const { personId } = person.useParams();
    return (
      <Desk needs="people:read">
        <PersonPage key={personId} api={fairway} personId={personId} />
      </Desk>
    );
  },
});

const referrals = createRoute({
  ...at('/referrals'),
  component: function Referrals() {
    const { referralId } = useParams({ strict: false });
    return (
      <Desk needs="referrals:answer">
        <ReferralsPage api={fairway} referralId={referralId ?? null} />
      </Desk>
    );
  },
});
const referral = createRoute({ getParentRoute: () => referrals, path: '$referralId' });

const programmes = createRoute({
  ...at('/programmes'),
  component: () => (
    <Desk needs="programmes:read">
      <ProgrammesPage api={fairway} />
    </Desk>
  ),
});
const programme = createRoute({
  ...at('/programmes/$key'),
  component: function Programme() {
    const { key } = programme.useParams();
    return (
      <Desk needs="programmes:read">
        <ProgrammePage key={key} api={fairway} programme={key} />
      </Desk>
    );
  },
});

const templates = createRoute({
  ...at('/templates'),
  component: () => (
    <Desk needs="templates:read">
      <TemplatesPage api={fairway} />
    </Desk>
  ),
});
const template = createRoute({
  ...at('/templates/$template'),
  validateSearch: (search: Record<string, unknown>): TemplateSearch => ({
    version: Number(search['version']) || undefined,
    channel: CHANNELS.find((one) => one === search['channel']),
    language: text(search['language']),
    format: FORMATS.find((one) => one === search['format']),
    reader: search['reader'] === 'proxy' ? 'proxy' : undefined,
    with: text(search['with']),
  }),
  component: function Template() {
    const { template: key } = template.useParams();
    return (
      <Desk needs="templates:read">
        <TemplatePage key={key} api={fairway} template={key} search={template.useSearch()} />
      </Desk>
    );
  },
});

const moves = createRoute({
  ...at('/programmes/$key/moves'),
  component: function Moves() {
    const { key } = moves.useParams();
    return (
      <Desk needs="programmes:move">
        <MovesPage key={key} api={fairway} programme={key} />
      </Desk>
    );
  },
});
const drift = createRoute({
  ...at('/drift'),
  component: () => (
    <Desk needs="drift:read">
      <DriftPage api={fairway} />
    </Desk>
  ),
});

const reports = createRoute({
  ...at('/reports'),
  component: () => (
    <Desk needs="reports:read">
      <ReportsPage api={fairway} />
    </Desk>
  ),
});
const report = createRoute({
  ...at('/reports/$key'),
  validateSearch: (search: Record<string, unknown>): ReportSearch => ({
    from: text(search['from']),
    to: text(search['to']),
  }),
  component: function Report() {
    const { key } = report.useParams();
    return (
      <Desk needs="reports:read">
        <ReportPage key={key} api={fairway} programme={key} search={report.useSearch()} />
      </Desk>
    );
  },
});

const simulations = createRoute({
  ...at('/simulations'),
  component: () => (
    <Desk needs="simulations:read">
      <SimulationsPage api={fairway} />
    </Desk>
  ),
});
const simulation = createRoute({
  ...at('/simulations/$id'),
  validateSearch: (search: Record<string, unknown>): SimulationSearch => ({ with: text(search['with']) }),
  component: function Simulation() {
    const { id } = simulation.useParams();
    return (
      <Desk needs="simulations:read">
        <SimulationPage key={id} api={fairway} id={id} search={simulation.useSearch()} />
      </Desk>
    );
  },
});

const audit = createRoute({
  ...at('/audit'),
  validateSearch: (search: Record<string, unknown>): AuditSearch => ({
    person: text(search['person']),
    action: text(search['action']),
    cursor: search['cursor'] === undefined ? undefined : String(search['cursor']),
  }),
  component: function Audit() {
    return (
      <Desk needs="audit:read">
        <AuditPage api={fairway} search={audit.useSearch()} />
      </Desk>
    );
  },
});
const triggers = createRoute({
  ...at('/triggers'),
  component: () => (
    <Desk needs="triggers:read">
      <TriggersPage api={fairway} />
    </Desk>
  ),
});
const welcome = createRoute({ ...at('/welcome'), component: () => <WelcomePage api={fairway} /> });
const help = createRoute({ ...at('/help'), component: HelpPage });
const signedIn = createRoute({ ...at('/signed-in'), component: SignedInPage });

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    work.addChildren([task]),
    people,
    person,
    referrals.addChildren([referral]),
    programmes,
    programme,
    templates,
    template,
    moves,
    drift,
    reports,
    report,
    simulations,
    simulation,
    audit,
    triggers,
    welcome,
    help,
    signedIn,
  ]),
  defaultPreload: false,
});

import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { ViewKey, Worklist } from '../api/views';
import { countUpTo } from '../words/words';

export interface WorkSearch {
  view: ViewKey;
  programme?: string;
}

interface NamedView {
  readonly view: ViewKey;
  readonly name: string;
  readonly count: keyof Worklist['counts'];
  /** Why it is empty, and what that means. */
  readonly empty: string;
}

export const VIEWS: readonly NamedView[] = [
  {
    view: 'needs-us',
    name: 'Needs us now',
    count: 'needsUs',
    empty: 'Nothing needs your team now. New work appears here by itself.',
  },
  {
    view: 'mine',
    name: 'Mine',
    count: 'mine',
    empty: 'You have claimed nothing. Open a row of Needs us now and claim it, or press n.',
  },
  {
    view: 'unclaimed',
    name: 'Unclaimed',
    count: 'unclaimed',
    empty: 'Everything your team must do has been claimed by someone.',
  },
  { view: 'overdue', name: 'Overdue', count: 'overdue', empty: 'Nothing is past its day.' },
  {
    view: 'waiting-partner',
    name: 'Waiting for a partner',
    count: 'waitingPartner',
    empty: 'No service owes your team an answer.',
  },
  {
    view: 'waiting-person',
    name: 'Waiting for the person',
    count: 'waitingPerson',
    empty: 'Nobody has been asked something they have not answered yet.',
  },
  {
    view: 'coming-week',
    name: 'Coming this week',
    count: 'comingWeek',
    empty: 'Nothing more is due in the next seven days.',
  },
  { view: 'snoozed', name: 'Snoozed', count: 'snoozed', empty: 'Nothing is snoozed until a later day.' },
  { view: 'paused', name: 'Paused', count: 'paused', empty: 'Nobody’s programme is paused.' },
];
const CHIPS: readonly ViewKey[] = ['needs-us', 'mine', 'unclaimed', 'overdue'];
const SIDE: readonly (readonly [string, readonly ViewKey[]])[] = [
  ['Views', ['needs-us', 'overdue', 'waiting-partner', 'waiting-person', 'coming-week', 'snoozed', 'paused']],
  ['Mine', ['mine']],
];

/** Counting stops at `upTo`. */
type Counts = (Worklist['counts'] & { upTo: number }) | undefined;

/** The views at the side of the desk, each with how many. */
export function ViewsNav({ view, counts }: { view: ViewKey; counts: Counts }): ReactElement {
  return (
    <nav className="views" aria-label="Views">
      {SIDE.map(([heading, views]) => (
        <section key={heading}>
          <h2>{heading}</h2>
          {named(views).map((one) => (
            <ViewLink key={one.view} one={one} view={view} counts={counts} />
          ))}
        </section>
      ))}
    </nav>
  );
}

function ViewLink({ one, view, counts }: { one: NamedView; view: ViewKey; counts: Counts }): ReactElement {
  const number = counts?.[one.count];
  const hot = one.view === 'overdue' && number !== undefined && number > 0;
  return (
    <Link
      to="/work"
      search={(old) => ({ ...old, view: one.view })}
      aria-current={one.view === view ? 'page' : undefined}
      activeProps={{ 'aria-current': undefined }}
    >
      {one.name}{' '}
      <span className={hot ? 'n hot' : 'n'}>{number === undefined ? '' : countUpTo(number, counts?.upTo)}</span>
    </Link>
  );
}

/** The quick views over the list; where the side has no room, the others are a choice beside them. */
export function ViewChips({ view, counts }: { view: ViewKey; counts: Counts }): ReactElement {
  const navigate = useNavigate();
  const others = VIEWS.filter((one) => !CHIPS.includes(one.view));
  return (
    <>
      {named(CHIPS).map((one) => (
        <Link
          key={one.view}
          to="/work"
          search={(old) => ({ ...old, view: one.view })}
          className="chip"
          aria-current={one.view === view ? 'page' : undefined}
          activeProps={{ 'aria-current': undefined }}
        >
          {one.name}{' '}
          {one.view === 'needs-us' || counts === undefined ? null : countUpTo(counts[one.count], counts.upTo)}
        </Link>
      ))}
      <select
        className="chip narrow-only"
        aria-label="Other views"
        value={others.some((one) => one.view === view) ? view : ''}
        onChange={(event) => {
          const chosen = VIEWS.find((one) => one.view === event.target.value);
          if (chosen) void navigate({ to: '/work', search: (old) => ({ ...old, view: chosen.view }) });
        }}
      >
        <option value="">Other views</option>
        {others.map((one) => (
          <option key={one.view} value={one.view}>
            {one.name} {counts === undefined ? '' : `(${countUpTo(counts[one.count], counts.upTo)})`}
          </option>
        ))}
      </select>
    </>
  );
}

function named(views: readonly ViewKey[]): NamedView[] {
  return views.map((view) => VIEWS.find((one) => one.view === view)).filter((one) => one !== undefined);
}

import type { ReactElement, ReactNode } from 'react';
import type { SimulationResult } from '../api/views';
import { day } from '../words/dates';
import { sentence } from '../words/words';
import { amount, type Series } from './chart';
import { Behind, FigureTable, useNameOfPart, WeekChart } from './week-chart';

type Work = SimulationResult['work'][number];
type Service = SimulationResult['services'][number];

const bars = (name: string, values: readonly number[]): Series => ({ name, values, as: 'bars' });
const marks = (name: string, values: readonly number[]): Series => ({ name, values, as: 'marks' });
const weekRows = (result: SimulationResult): string[] =>
  result.weeks.map((monday, place) => `${place + 1}, from ${day(monday)}`);

/** Each part of a result as a chart or a table, `beside` being drawn to the same scale. */
export function ResultParts({
  result,
  beside,
}: {
  result: SimulationResult;
  beside?: SimulationResult | null;
}): ReactElement {
  const other = beside ?? null;
  return (
    <>
      {result.work.map((role) => (
        <WorkOf key={role.role} role={role} rows={weekRows(result)} beside={find(other?.work, 'role', role.role)} />
      ))}
      {result.services.map((service) => (
        <DemandOn
          key={service.id}
          service={service}
          rows={weekRows(result)}
          beside={find(other?.services, 'id', service.id)}
        />
      ))}
      <Breaches result={result} beside={other} />
      <Messages result={result} beside={other} />
      <Endings result={result} />
      <Length result={result} beside={other} />
    </>
  );
}

function find<Item, Key extends keyof Item>(
  items: readonly Item[] | undefined,
  key: Key,
  value: Item[Key],
): Item | null {
  return items?.find((item) => item[key] === value) ?? null;
}

function Part({ title, sub, children }: { title: string; sub: ReactNode; children: ReactNode }): ReactElement {
  return (
    <section className="card part">
      <h3>{title}</h3>
      <p className="sub">{sub}</p>
      {children}
    </section>
  );
}

function WorkOf({ role, rows, beside }: { role: Work; rows: readonly string[]; beside: Work | null }): ReactElement {
  const { weeks, title, hoursAvailable } = role;
  const hours = (one: Work): Series[] => [
    bars(
      'Hours needed for new tasks',
      one.weeks.map((week) => week.hoursNeeded),
    ),
    marks(
      'Hours worked',
      one.weeks.map((week) => week.hoursWorked),
    ),
  ];
  return (
    <Part title={`Work: ${title.toLowerCase()}s`} sub="Hours a week with people, all teams together">
      <WeekChart
        series={hours(role)}
        unit="hours"
        level={{ name: 'Hours there are', value: hoursAvailable }}
        most={beside ? highest(hours(beside)) : 0}
      />
      <Behind
        caption={`Work of ${title.toLowerCase()}s, week by week`}
        first="Week"
        rows={rows}
        columns={[
          { name: 'Tasks opened', values: weeks.map((week) => week.opened) },
          { name: 'Done', values: weeks.map((week) => week.done) },
          { name: 'Cancelled', values: weeks.map((week) => week.cancelled) },
          { name: 'Hours needed', values: weeks.map((week) => week.hoursNeeded) },
          { name: 'Hours worked', values: weeks.map((week) => week.hoursWorked) },
          { name: 'Open at the end', values: weeks.map((week) => week.openAtEnd) },
          { name: 'Of those past due', values: weeks.map((week) => week.pastDueAtEnd) },
        ]}
      />
    </Part>
  );
}

function DemandOn({
  service,
  rows,
  beside,
}: {
  service: Service;
  rows: readonly string[];
  beside: Service | null;
}): ReactElement {
  const { weeks, name } = service;
  const demand = (one: Service): Series[] => [
    bars(
      'Sent',
      one.weeks.map((week) => week.sent),
    ),
    bars(
      'Accepted',
      one.weeks.map((week) => week.accepted),
    ),
    marks(
      'Waiting for an answer at the end of the week',
      one.weeks.map((week) => week.waitingAtEnd),
    ),
  ];
  return (
    <Part title={`Referrals: ${name}`} sub="Referrals a week">
      <WeekChart series={demand(service)} unit="referrals" most={beside ? highest(demand(beside)) : 0} />
      <Behind
        caption={`Referrals to ${name}, week by week`}
        first="Week"
        rows={rows}
        columns={[
          { name: 'Sent', values: weeks.map((week) => week.sent) },
          { name: 'Accepted', values: weeks.map((week) => week.accepted) },
          { name: 'Declined', values: weeks.map((week) => week.declined) },
          { name: 'Not answered in time', values: weeks.map((week) => week.expired) },
          { name: 'Waiting at the end', values: weeks.map((week) => week.waitingAtEnd) },
        ]}
      />
    </Part>
  );
}

function Breaches({ result, beside }: { result: SimulationResult; beside: SimulationResult | null }): ReactElement {
  const series = (one: SimulationResult): Series[] => [
    bars(
      'Tasks past due',
      one.breaches.map((week) => week.tasksPastDue),
    ),
    bars(
      'Raised to somebody',
      one.breaches.map((week) => week.rungsClimbed),
    ),
    bars(
      'Referrals not answered in time',
      one.breaches.map((week) => week.referralsExpired),
    ),
  ];
  return (
    <Part title="Promises not kept" sub="Times a week">
      <WeekChart series={series(result)} unit="times" most={beside ? highest(series(beside)) : 0} />
      <Behind
        caption="Promises not kept, week by week"
        first="Week"
        rows={weekRows(result)}
        columns={series(result).map(({ name, values }) => ({ name, values }))}
      />
    </Part>
  );
}

function Messages({ result, beside }: { result: SimulationResult; beside: SimulationResult | null }): ReactElement {
  const series = (one: SimulationResult): Series[] =>
    one.messages.map(({ title, weeks }) =>
      bars(
        title,
        weeks.map((week) => week.sent),
      ),
    );
  const missed = `For ${amount(result.notReachable)} more there was no channel that the person has and allows.`;
  if (result.messages.length === 0) {
    return (
      <Part title="Messages" sub="Sent a week">
        <p>None. {result.notReachable > 0 ? missed : ''}</p>
      </Part>
    );
  }
  return (
    <Part title="Messages" sub={<>Sent a week, by channel. {result.notReachable > 0 ? missed : ''}</>}>
      <WeekChart series={series(result)} unit="messages" most={beside ? highest(series(beside)) : 0} />
      <Behind
        caption="Messages, week by week"
        first="Week"
        rows={weekRows(result)}
        columns={result.messages.flatMap(({ title, weeks }) => [
          { name: `${title}, sent`, values: weeks.map((week) => week.sent) },
          { name: `${title}, came back`, values: weeks.map((week) => week.cameBack) },
        ])}
      />
    </Part>
  );
}

const KINDS = { good: 'Good', other: 'Other', left: 'Left for reasons of their own' } as const;

function Endings({ result }: { result: SimulationResult }): ReactElement {
  const { endings, people } = result;
  const most = Math.max(people.underWayAtEnd, ...endings.map((ending) => ending.people), 1);
  const rows = [
    ...endings.map(({ key, title, kind, people: count }) => ({ key, title, kind: KINDS[kind], count, tone: kind })),
    { key: 'under-way', title: 'Still under way', kind: 'Not ended', count: people.underWayAtEnd, tone: 'other' },
  ];
  return (
    <Part title="How it ends" sub={`Of ${amount(people.letIn)} people let in`}>
      <table className="x ending-table">
        <caption className="hidden-text">How pathways end</caption>
        <thead>
          <tr>
            <th scope="col">Ending</th>
            <th scope="col">Kind</th>
            <th scope="col" className="r">
              People
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, title, kind, count, tone }) => (
            <tr key={key}>
              <th scope="row">
                {title}
                <svg className="share-bar" width="100%" height={6} aria-hidden="true" focusable="false">
                  <rect className={tone === 'good' ? 'good' : 'first'} width={`${(count / most) * 100}%`} height={6} />
                </svg>
              </th>
              <td>{kind}</td>
              <td className="r">{amount(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

function Length({ result, beside }: { result: SimulationResult; beside: SimulationResult | null }): ReactElement {
  const { length } = result;
  const series = (one: SimulationResult): Series[] => [bars('Pathways', one.length.byWeek)];
  const days = (value: number | null): string => (value === null ? 'not known' : `${amount(Math.round(value))} days`);
  return (
    <Part
      title="How long it takes"
      sub={
        length.median === null
          ? 'No pathway has ended yet'
          : `From being let in to the end: half within ${days(length.median)}, a quarter within ${days(length.quarter)}, three quarters within ${days(length.threeQuarters)}, the longest ${days(length.longest)}`
      }
    >
      <WeekChart series={series(result)} unit="pathways" most={beside ? highest(series(beside)) : 0} />
      <Behind
        caption="Pathways by the week in which they ended, counted from being let in"
        first="Week of the pathway"
        rows={length.byWeek.map((_, place) => String(place + 1))}
        columns={[{ name: 'Pathways ended', values: length.byWeek }]}
      />
    </Part>
  );
}

/** Who gets how far, group by group: shares with a bar, counts where somebody wants them. */
export function EquityParts({ result }: { result: SimulationResult }): ReactElement {
  const { equity } = result;
  return (
    <>
      {equity.groupings.map((grouping) => (
        <EquityOf key={grouping.key} grouping={grouping} stages={equity.stages} />
      ))}
      <p className="quiet">{equity.suppression}</p>
    </>
  );
}

function EquityOf({
  grouping: { title, rows },
  stages,
}: {
  grouping: SimulationResult['equity']['groupings'][number];
  stages: SimulationResult['equity']['stages'];
}): ReactElement {
  const name = useNameOfPart(`Share at each stage: ${title}`);
  const some = rows.filter(({ cells }) => cells.some(({ count }) => count !== 0));
  return (
    <section className="card part">
      <h3>{title}</h3>
      <p className="sub">Share of those found who get as far as each stage</p>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={name}>
        <table className="x figures-table shares">
          <caption className="hidden-text">{name}</caption>
          <thead>
            <tr>
              <th scope="col">Group</th>
              <th scope="col" className="r">
                Found
              </th>
              {stages.slice(1).map((stage) => (
                <th key={stage.key} scope="col">
                  {stage.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {some.map((row) => (
              <tr key={row.key}>
                <th scope="row">{row.title}</th>
                <td className="r">{row.cells[0]?.text}</td>
                {row.cells.slice(1).map(({ percent, text }, stage) => (
                  <td key={stages[stage + 1]?.key}>
                    {percent === null ? (text === '0' ? '0%' : '*') : `${Math.round(percent)}%`}
                    <svg className="share-bar" width="100%" height={6} aria-hidden="true" focusable="false">
                      <rect className="first" width={`${percent ?? 0}%`} height={6} />
                    </svg>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Behind
        caption={`People at each stage: ${title}`}
        first="Stage"
        rows={stages.map((stage) => stage.title)}
        columns={some.map((row) => ({ name: row.title, values: row.cells.map(({ text }) => text) }))}
      />
    </section>
  );
}

/** Everything that was supposed, part by part, with what it rests on. */
export function AssumptionsPart({ result }: { result: SimulationResult }): ReactElement {
  const sources = (result.assumptions['sources'] ?? {}) as Readonly<Record<string, Source>>;
  const parts = Object.entries(result.assumptions).filter(
    (entry): entry is [string, AssumedPart] => typeof entry[1] === 'object' && entry[1] !== null && 'says' in entry[1],
  );
  return (
    <>
      {parts.map(([part, { says, basis, ...values }]) => (
        <details className="card assumed" key={part}>
          <summary>
            <span className="assumed-name">{sentence(part)}</span>{' '}
            <span className="quiet">{basis === 'assumption' ? 'assumption' : 'rests on sources, fitted by us'}</span>
          </summary>
          <p>{says}</p>
          {basis === 'assumption' ? null : (
            <ul>
              {basis.map((name) => (
                <li key={name}>
                  <a href={sources[name]?.url}>{sources[name]?.title ?? name}</a>: {sources[name]?.supports}
                </li>
              ))}
            </ul>
          )}
          <FigureTable
            caption={`Figures assumed: ${sentence(part)}`}
            first="What"
            rows={flat(values).map(([name]) => name)}
            columns={[{ name: 'Value', values: flat(values).map(([, value]) => value) }]}
          />
        </details>
      ))}
    </>
  );
}

interface Source {
  readonly title: string;
  readonly url: string;
  readonly supports: string;
}

interface AssumedPart {
  readonly says: string;
  readonly basis: 'assumption' | readonly string[];
}

/** A tree of values as lines: `answers, not now`. */
function flat(value: unknown, name = ''): [string, number | string][] {
  if (typeof value !== 'object' || value === null) return [[name, typeof value === 'number' ? value : String(value)]];
  return Object.entries(value).flatMap(([key, inner]) =>
    flat(
      inner,
      name === ''
        ? sentence(key)
        : `${name}, ${/^\d+$/.test(key) ? Number(key) + (Array.isArray(value) ? 1 : 0) : sentence(key).toLowerCase()}`,
    ),
  );
}

function highest(series: readonly Series[]): number {
  return Math.max(0, ...series.flatMap(({ values }) => values));
}

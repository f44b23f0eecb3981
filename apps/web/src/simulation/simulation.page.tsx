import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import { inPlainWords } from '../api/problem';
import type { Simulation, SimulationReport, SimulationResult } from '../api/views';
import { Loaded } from '../parts/loaded';
import { Page } from '../parts/page';
import { useMay } from '../shell/session';
import { longDate, moment, plural } from '../words/dates';
import { amount, difference, peak } from './chart';
import { AssumptionsPart, EquityParts, ResultParts } from './result';
import { isRunning } from './simulations.page';
import { StatusTag } from './status';
import { FigureTable, WhichRun } from './week-chart';
import './simulation.css';

type Api = Pick<Fairway, 'simulation' | 'simulations' | 'stopSimulation'>;

export interface SimulationSearch {
  /** Another run to be shown beside this one. */
  with?: string;
}

/** One run: how far it is, then what came of it, alone or beside another. */
export function SimulationPage({ api, id, search }: { api: Api; id: string; search: SimulationSearch }): ReactElement {
  const query = useReport(api, id);
  const report = query.data;
  const title = report ? `${report.simulation.title}, version ${report.simulation.version}` : 'Simulation';
  return (
    <Page
      title={title}
      beside={report ? <StatusTag run={report.simulation} /> : null}
      lede={report ? ledeOf(report.simulation) : null}
    >
      <p className="no-print">
        <Link to="/simulations">All simulations</Link>
      </p>
      <Loaded query={query} what="the simulation">
        {({ simulation, result }) =>
          result ? (
            <Result api={api} run={simulation} result={result} beside={search.with ?? null} />
          ) : (
            <Unfinished api={api} run={simulation} />
          )
        }
      </Loaded>
    </Page>
  );
}

function useReport(api: Api, id: string) {
  return useQuery<SimulationReport>({
    queryKey: ['simulation', id],
    queryFn: () => api.simulation(id),
    refetchInterval: ({ state }) => (state.data && isRunning(state.data.simulation) ? 1500 : false),
  });
}

function ledeOf({ people, weeks, overWeeks, startsOn, seed }: Simulation): string {
  return `${plural(people, 'person', 'people')} let in over ${plural(overWeeks, 'week')}, walked for ${plural(weeks, 'week')} from ${longDate(startsOn)} with seed ${seed}`;
}

function Unfinished({ api, run }: { api: Api; run: Simulation }): ReactElement {
  const client = useQueryClient();
  const mayRun = useMay('simulations:run');
  const stop = useMutation({
    mutationFn: () => api.stopSimulation(run.id),
    onSettled: () => client.invalidateQueries({ queryKey: ['simulation', run.id] }),
  });
  if (!isRunning(run)) {
    return (
      <section className="card">
        <h2>{run.status === 'stopped' ? 'It was stopped' : 'It failed'}</h2>
        <p>
          {run.status === 'stopped' ? 'Nothing is kept of a run that did not finish.' : run.because} Asked for{' '}
          {moment(run.startedAt)}.
        </p>
        {mayRun ? (
          <p>
            <Link to="/simulations">Begin another</Link>
          </p>
        ) : null}
      </section>
    );
  }
  return (
    <section className="card run-progress" aria-labelledby="progress">
      <h2 id="progress">{run.days === 0 ? 'Getting ready' : 'Walking'}</h2>
      <progress max={run.daysInAll} value={run.days} aria-labelledby="progress" />
      <p role="status">
        {run.status === 'stopping'
          ? 'Stopping…'
          : `Day ${run.days} of ${run.daysInAll}; ${plural(run.ended, 'pathway')} ended so far.`}
      </p>
      {stop.isError ? (
        <p className="failed" role="alert">
          {inPlainWords(stop.error)}
        </p>
      ) : null}
      {mayRun && run.status === 'running' ? (
        <button type="button" className="btn q" disabled={stop.isPending} onClick={() => stop.mutate()}>
          Stop
        </button>
      ) : null}
    </section>
  );
}

function Result({
  api,
  run,
  result,
  beside,
}: {
  api: Api;
  run: Simulation;
  result: SimulationResult;
  beside: string | null;
}): ReactElement {
  return (
    <>
      <p className="forecast">
        <strong>This is a forecast from assumptions, not a record of what happened.</strong> The pathway is the real one
        and the people are those found today; how people, teams and services behave is supposed.{' '}
        <a href="#assumptions">What is supposed</a>
        {run.people < result.setting.found
          ? `. ${amount(run.people)} of the ${amount(result.setting.found)} people found were walked, drawn by the seed: a sample of the work, not all of it`
          : ''}
        {result.setting.underWayAlready > 0
          ? `. ${amount(result.setting.underWayAlready)} of them are being helped already; here they begin anew`
          : ''}
        .
      </p>
      <div className="simulation-head no-print">
        <Compare api={api} run={run} beside={beside} />
        <div className="btns">
          <a
            className="btn q"
            href={`/api/simulations/${run.id}`}
            download={`simulation-${run.programme}-${run.seed}.json`}
          >
            JSON
          </a>
          <button type="button" className="btn q" onClick={() => window.print()}>
            Print
          </button>
        </div>
      </div>
      {beside === null ? <Alone result={result} /> : <Both api={api} result={result} beside={beside} />}
      <p className="prov">{result.provenance}</p>
    </>
  );
}

function Summary({ result }: { result: SimulationResult }): ReactElement {
  return (
    <ul className="summary-list">
      {result.summary.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function Alone({ result }: { result: SimulationResult }): ReactElement {
  return (
    <>
      <section className="card" aria-labelledby="short">
        <h2 id="short">In short</h2>
        <Summary result={result} />
      </section>
      <h2 className="group">Week by week</h2>
      <div className="sides">
        <ResultParts result={result} />
      </div>
      <h2 className="group">Who gets how far</h2>
      <EquityParts result={result} />
      <h2 className="group" id="assumptions" tabIndex={-1}>
        What is supposed
      </h2>
      <AssumptionsPart result={result} />
    </>
  );
}

function Compare({ api, run, beside }: { api: Api; run: Simulation; beside: string | null }): ReactElement | null {
  const navigate = useNavigate();
  const query = useQuery({ queryKey: ['simulations'], queryFn: api.simulations });
  const others = (query.data?.items ?? []).filter(({ id, status }) => id !== run.id && status === 'finished');
  if (others.length === 0) return <p className="quiet">Finish another run to see the two side by side.</p>;
  return (
    <label className="compare">
      Beside it
      <select
        value={beside ?? ''}
        onChange={(event) =>
          void navigate({
            to: '/simulations/$id',
            params: { id: run.id },
            search: { with: event.target.value || undefined },
          })
        }
      >
        <option value="">No other run</option>
        {others.map((other) => (
          <option key={other.id} value={other.id}>
            {nameOf(other)}, {moment(other.startedAt)}
          </option>
        ))}
      </select>
    </label>
  );
}

function nameOf({ title, version, people, weeks, overWeeks, seed }: Simulation | SimulationResult['setting']): string {
  return `${title} v${version}: ${amount(people)} people over ${plural(overWeeks, 'week')}, ${plural(weeks, 'week')}, seed ${seed}`;
}

function Both({ api, result, beside }: { api: Api; result: SimulationResult; beside: string }): ReactElement {
  const query = useReport(api, beside);
  return (
    <Loaded query={query} what="the other run">
      {({ result: other }) =>
        other === null ? (
          <p className="failed">The other run has no result.</p>
        ) : (
          <>
            <section className="card" aria-labelledby="differences">
              <h2 id="differences">The two in figures</h2>
              <p className="sub">
                The first: {nameOf(result.setting)}. The second: {nameOf(other.setting)}.
              </p>
              <Differences result={result} other={other} />
            </section>
            <div className="sides">
              <div>
                <h2 className="group">First: {nameOf(result.setting)}</h2>
                <WhichRun value="first">
                  <ResultParts result={result} beside={other} />
                  <EquityParts result={result} />
                </WhichRun>
              </div>
              <div>
                <h2 className="group">Second: {nameOf(other.setting)}</h2>
                <WhichRun value="second">
                  <ResultParts result={other} beside={result} />
                  <EquityParts result={other} />
                </WhichRun>
              </div>
            </div>
            <h2 className="group" id="assumptions" tabIndex={-1}>
              What the first supposes
            </h2>
            <AssumptionsPart result={result} />
          </>
        )
      }
    </Loaded>
  );
}

/** The same few figures of both runs, with by how much the second is more or less. */
function Differences({ result, other }: { result: SimulationResult; other: SimulationResult }): ReactElement {
  const roles = [...new Set([...result.work, ...other.work].map(({ title }) => title))];
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
  const busiest = (one: SimulationResult, title: string): number =>
    peak(one.work.find((role) => role.title === title)?.weeks.map((week) => week.hoursNeeded) ?? [])?.value ?? 0;
  const figures: [string, (one: SimulationResult) => number][] = [
    ['People let in', ({ people }) => people.letIn],
    ...roles.map((title): [string, (one: SimulationResult) => number] => [
      `${title}s: hours needed in the busiest week`,
      (one) => busiest(one, title),
    ]),
    ['Messages sent', ({ messages }) => sum(messages.flatMap(({ weeks }) => weeks.map(({ sent }) => sent)))],
    ['Referrals sent', ({ services }) => sum(services.flatMap(({ weeks }) => weeks.map(({ sent }) => sent)))],
    ['Tasks past due', ({ breaches }) => sum(breaches.map(({ tasksPastDue }) => tasksPastDue))],
    ['Referrals not answered in time', ({ breaches }) => sum(breaches.map(({ referralsExpired }) => referralsExpired))],
    ['Ended well', ({ endings }) => sum(endings.filter(({ kind }) => kind === 'good').map(({ people }) => people))],
    ['Still under way at the end', ({ people }) => people.underWayAtEnd],
    ['Half ended within, days', ({ length }) => length.median ?? 0],
  ];
  return (
    <FigureTable
      caption="The two runs in figures"
      first="Figure"
      rows={figures.map(([name]) => name)}
      columns={[
        { name: 'First', values: figures.map(([, tell]) => tell(result)) },
        { name: 'Second', values: figures.map(([, tell]) => tell(other)) },
        { name: 'Second against first', values: figures.map(([, tell]) => difference(tell(other), tell(result))) },
      ]}
    />
  );
}

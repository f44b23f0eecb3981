import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent, type ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import { inPlainWords, Problem } from '../api/problem';
import type { Simulation, SimulationChoices, SimulationWish } from '../api/views';
import { Empty, Loaded } from '../parts/loaded';
import { Page } from '../parts/page';
import { useMay } from '../shell/session';
import { moment, plural } from '../words/dates';
import { StatusTag } from './status';
import './simulation.css';

/** What was foreseen before, and a form to foresee more. */
export function SimulationsPage({
  api,
}: {
  api: Pick<Fairway, 'simulations' | 'simulationChoices' | 'beginSimulation'>;
}): ReactElement {
  const mayRun = useMay('simulations:run');
  const query = useQuery({
    queryKey: ['simulations'],
    queryFn: api.simulations,
    refetchInterval: ({ state }) => (state.data?.items.some(isRunning) ? 2000 : false),
  });
  return (
    <Page
      title="Simulations"
      lede="What work would come of a programme: its real pathway is walked with the people found today, months in minutes. Nobody is contacted."
    >
      {mayRun ? <Begin api={api} /> : null}
      <section className="card" aria-labelledby="runs">
        <h2 id="runs">Runs</h2>
        <Loaded query={query} what="the simulations">
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="Nothing has been simulated yet">
                <p>{mayRun ? 'Begin one above.' : 'A programme manager can begin one.'}</p>
              </Empty>
            ) : (
              <Runs items={items} />
            )
          }
        </Loaded>
      </section>
    </Page>
  );
}

export function isRunning({ status }: Pick<Simulation, 'status'>): boolean {
  return status === 'running' || status === 'stopping';
}

function Runs({ items }: { items: readonly Simulation[] }): ReactElement {
  return (
    <table className="x stack">
      <caption className="hidden-text">Simulations, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Programme</th>
          <th scope="col">Asked for</th>
          <th scope="col">People and weeks</th>
          <th scope="col">Seed</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {items.map((run) => (
          <tr key={run.id}>
            <th scope="row" data-name="Programme">
              <Link to="/simulations/$id" params={{ id: run.id }} search={{ with: undefined }}>
                {run.title}, version {run.version}
                <span className="hidden-text">, {moment(run.startedAt)}</span>
              </Link>
            </th>
            <td data-name="Asked for">
              {moment(run.startedAt)}
              {run.mine ? ', by you' : ''}
            </td>
            <td data-name="People and weeks">
              {plural(run.people, 'person', 'people')} let in over {plural(run.overWeeks, 'week')};{' '}
              {plural(run.weeks, 'week')} in all
            </td>
            <td data-name="Seed">{run.seed}</td>
            <td data-name="State">
              <StatusTag run={run} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Begin({ api }: { api: Pick<Fairway, 'simulationChoices' | 'beginSimulation'> }): ReactElement {
  const query = useQuery({ queryKey: ['simulation-choices'], queryFn: api.simulationChoices });
  return (
    <section className="card" aria-labelledby="begin">
      <h2 id="begin">Begin a simulation</h2>
      <p className="sub">
        It takes a few minutes, more when many people are walked. You can leave this page meanwhile.
      </p>
      <Loaded query={query} what="the programmes">
        {(choices) =>
          choices.programmes.length === 0 ? (
            <Empty title="No programme is loaded" />
          ) : (
            <BeginForm choices={choices} begin={api.beginSimulation} />
          )
        }
      </Loaded>
    </section>
  );
}

function BeginForm({
  choices,
  begin,
}: {
  choices: SimulationChoices;
  begin: Fairway['beginSimulation'];
}): ReactElement {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [programme, setProgramme] = useState(choices.programmes[0]?.programme ?? '');
  const versions = choices.programmes.find((one) => one.programme === programme)?.versions ?? [];
  const call = useMutation({
    mutationFn: begin,
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ['simulations'] });
      await navigate({ to: '/simulations/$id', params: { id }, search: { with: undefined } });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    call.mutate(read(new FormData(event.currentTarget)));
  };
  return (
    <form className="simulation-form" onSubmit={submit}>
      <div className="fields">
        <label>
          Programme
          <span className="hint">Whose pathway is walked</span>
          <select name="programme" value={programme} onChange={(event) => setProgramme(event.target.value)}>
            {choices.programmes.map((one) => (
              <option key={one.programme} value={one.programme}>
                {one.title}
              </option>
            ))}
          </select>
        </label>
        <label>
          Version
          <span className="hint">Live, or one to be tried</span>
          <select name="version" key={programme} defaultValue={versions.find(({ live }) => live)?.version}>
            {versions.map(({ version, live }) => (
              <option key={version} value={version}>
                {version}
                {live ? ', live' : ', not live'}
              </option>
            ))}
          </select>
        </label>
        <label>
          Weeks
          <span className="hint">1 to 52</span>
          <input name="weeks" type="number" min={1} max={52} defaultValue={12} required />
        </label>
        <label>
          People
          <span className="hint">Everybody found when empty</span>
          <input name="people" type="number" min={1} max={5000} placeholder="Everybody" />
        </label>
        <label>
          Let in over weeks
          <span className="hint">Most urgent first</span>
          <input name="overWeeks" type="number" min={1} max={52} defaultValue={choices.overWeeks} required />
        </label>
        <label>
          Seed
          <span className="hint">Another seed, other luck</span>
          <input name="seed" type="number" min={0} max={2147483647} defaultValue={1} required />
        </label>
      </div>
      {call.isError ? (
        <p className="failed" role="alert">
          {said(call.error)}
        </p>
      ) : null}
      <button type="submit" className="btn" disabled={call.isPending}>
        {call.isPending ? 'Beginning…' : 'Begin'}
      </button>
    </form>
  );
}

function read(form: FormData): SimulationWish {
  const number = (name: string): number | undefined => {
    const text = String(form.get(name) ?? '').trim();
    return text === '' ? undefined : Number(text);
  };
  return {
    programme: String(form.get('programme')),
    version: number('version'),
    weeks: number('weeks') ?? 12,
    people: number('people'),
    overWeeks: number('overWeeks'),
    seed: number('seed'),
  };
}

function said(error: unknown): string {
  if (!(error instanceof Problem)) return inPlainWords(error);
  return error.errors[0] ? `${error.errors[0].path}: ${error.errors[0].message}` : error.message || inPlainWords(error);
}

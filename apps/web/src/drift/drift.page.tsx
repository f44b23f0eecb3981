import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import { inPlainWords } from '../api/problem';
import type { Drifts, DriftView } from '../api/views';
import { Empty, Loaded } from '../parts/loaded';
import { Page } from '../parts/page';
import { Tag } from '../parts/tag';
import { useMay } from '../shell/session';
import { ago, moment, plural } from '../words/dates';
import { count, sentence } from '../words/words';
import { RepairDialog } from './repair-dialog';
import { detailOf, KINDS, REPAIRS } from './words';
import './drift.css';

export type DriftDoor = Pick<Fairway, 'drift' | 'compareNow' | 'repairDrift'>;

/** In milliseconds: how often a comparison under way is looked at. */
const LOOKED_AT_EVERY = 1500;
/** In milliseconds: one that has not begun by then begins when the pathways are back, and nobody waits for it here. */
const WAITED_FOR = 60_000;

/** Where the records and the pathways differ. Nothing here is repaired but by somebody, with a reason. */
export function DriftPage({ api }: { api: DriftDoor }): ReactElement {
  const [asked, setAsked] = useState<Asked | null>(null);
  const query = useQuery({
    queryKey: ['drift'],
    queryFn: api.drift,
    refetchInterval: ({ state: { data } }) => (isComparing(data, asked) ? LOOKED_AT_EVERY : false),
  });
  const compare = useMutation({
    networkMode: 'always',
    mutationFn: api.compareNow,
    onMutate: () => setAsked({ after: query.data?.lastRun?.startedAt ?? null, at: Date.now() }),
    onSuccess: () => void query.refetch(),
    onError: () => setAsked(null),
  });
  const comparing = compare.isPending || isComparing(query.data, asked);
  return (
    <Page
      title="Differences"
      lede="Where a person’s record and the pathway that acts for them say different things. They are compared every night, and repaired only by somebody, with a reason."
    >
      <Loaded query={query} what="the differences">
        {(drifts) => (
          <>
            <div className="compared">
              <p role="status">{comparing ? 'Comparing every open programme now…' : lastCompared(drifts)}</p>
              <button type="button" className="btn q" disabled={comparing} onClick={() => compare.mutate()}>
                Compare now
              </button>
            </div>
            {compare.isError ? (
              <p className="not-saved" role="alert">
                <strong>Not compared.</strong> {inPlainWords(compare.error)}
              </p>
            ) : null}
            {drifts.items === null ? (
              <Counts drifts={drifts} />
            ) : (
              <Open items={drifts.items} api={api} onRepaired={() => void query.refetch()} />
            )}
            <Repaired items={drifts.repaired} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** Somebody asked for a comparison: what the last one was by then, and the time in milliseconds. */
interface Asked {
  readonly after: string | null;
  readonly at: number;
}

function isComparing(drifts: Drifts | undefined, asked: Asked | null): boolean {
  if (drifts?.running) return true;
  if (!asked || Date.now() - asked.at > WAITED_FOR) return false;
  return (drifts?.lastRun?.startedAt ?? null) === asked.after;
}

function lastCompared({ lastRun }: Drifts): string {
  if (!lastRun) return 'Not compared yet: the first comparison is tonight at 03:30.';
  const { finishedAt, episodes, pathways } = lastRun;
  const which = `${plural(episodes, 'open programme')} with ${plural(pathways, 'pathway')}`;
  return `Last compared ${moment(finishedAt)}: ${which}.`;
}

function Open({
  items,
  api,
  onRepaired,
}: {
  items: DriftView[];
  api: DriftDoor;
  onRepaired: () => void;
}): ReactElement {
  const mayRepair = useMay('drift:repair');
  const [repairing, setRepairing] = useState<DriftView | null>(null);
  if (items.length === 0) return <Nothing />;
  return (
    <div className="card">
      <h2>{plural(items.length, 'difference')}</h2>
      <table className="x stack">
        <caption className="hidden-text">Differences among your team’s people, oldest first</caption>
        <thead>
          <tr>
            <th scope="col">What differs</th>
            <th scope="col">Programme</th>
            <th scope="col">Since</th>
            <th scope="col">What you can do</th>
          </tr>
        </thead>
        <tbody>
          {items.map((drift) => (
            <tr key={drift.id}>
              <td data-name="What differs">
                <strong>{KINDS[drift.kind].title}</strong>
                <span className="means">{KINDS[drift.kind].means}</span>
                <Detail drift={drift} />
              </td>
              <td data-name="Programme">
                {drift.programme === null ? 'None' : sentence(drift.programme)}
                {drift.stepTitle === null ? null : <span className="src">{drift.stepTitle}</span>}
              </td>
              <td data-name="Since">
                <span className="nowrap">{moment(drift.foundAt)}</span>
                <span className="src">{ago(drift.foundAt)}</span>
              </td>
              <td data-name="What you can do">
                <div className="acts">
                  {drift.personId === null ? (
                    <span className="quiet">No person is known</span>
                  ) : (
                    <Link className="nowrap" to="/people/$personId" params={{ personId: drift.personId }}>
                      Open the person’s page
                    </Link>
                  )}
                  {mayRepair ? (
                    <button type="button" className="btn q" onClick={() => setRepairing(drift)}>
                      Repair<span className="hidden-text">: {KINDS[drift.kind].title}</span>
                    </button>
                  ) : null}
                  {drift.asked === null ? null : <Tag tone="amber">Asked for: {REPAIRS[drift.asked].act}</Tag>}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {repairing ? (
        <RepairDialog api={api} drift={repairing} onClose={() => setRepairing(null)} onRepaired={onRepaired} />
      ) : null}
    </div>
  );
}

function Detail({ drift }: { drift: DriftView }): ReactElement | null {
  const words = detailOf(drift);
  return words === null ? null : <span className="src">{words}</span>;
}

function Nothing(): ReactElement {
  return (
    <Empty title="Nothing differs">
      <p>Every open programme has a pathway that acts for it, and both say the same.</p>
    </Empty>
  );
}

/** For those who look after programmes, not people: how much, not who. */
function Counts({ drifts: { counts } }: { drifts: Drifts }): ReactElement {
  if (counts.length === 0) return <Nothing />;
  return (
    <div className="card">
      <h2>How much differs</h2>
      <p className="sub">Counts only: the care coordinators of each team see whom it concerns, and repair it.</p>
      <table className="x">
        <thead>
          <tr>
            <th scope="col">What differs</th>
            <th scope="col">Programme</th>
            <th scope="col" className="r">
              How many
            </th>
          </tr>
        </thead>
        <tbody>
          {counts.map(({ kind, programme, count: many }) => (
            <tr key={`${kind} ${programme}`}>
              <td>{KINDS[kind].title}</td>
              <td>{programme === null ? 'None' : sentence(programme)}</td>
              <td className="r">{count(many)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Repaired({ items }: { items: DriftView[] }): ReactElement | null {
  if (items.length === 0) return null;
  return (
    <div className="card">
      <h2>Repaired in the last seven days</h2>
      <ul className="reasons">
        {items.map((drift) => (
          <li key={drift.id}>
            {KINDS[drift.kind].title}
            {drift.programme === null ? '' : `, ${sentence(drift.programme).toLowerCase()}`}
            {drift.personId === null ? null : (
              <>
                {' · '}
                <Link to="/people/$personId" params={{ personId: drift.personId }}>
                  Open the person’s page
                </Link>
              </>
            )}
            <span className="src">
              {drift.repairedAt === null ? '' : moment(drift.repairedAt)}: {drift.reason}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

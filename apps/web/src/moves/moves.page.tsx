import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import type { MovePreview, Moves } from '../api/views';
import { Empty, Loaded } from '../parts/loaded';
import { Page } from '../parts/page';
import { Tag } from '../parts/tag';
import { day } from '../words/dates';
import { count, sentence } from '../words/words';
import { Batches } from './batches';
import { MoveDialog } from './move-dialog';
import { Preview } from './preview';
import './moves.css';

export type MovesDoor = Pick<Fairway, 'moves' | 'previewMove' | 'startMove' | 'undoMove'>;

/** In milliseconds: how often a batch under way is looked at. */
const LOOKED_AT_EVERY = 1500;

/** Takes people who are on their way over to another version of a programme, and back while there is time. */
export function MovesPage({ api, programme }: { api: MovesDoor; programme: string }): ReactElement {
  const query = useQuery({
    queryKey: ['moves', programme],
    queryFn: () => api.moves(programme),
    refetchInterval: ({ state: { data } }) => (data?.batches.some(isUnderWay) ? LOOKED_AT_EVERY : false),
  });
  return (
    <Page
      title={`Move live pathways: ${sentence(programme)}`}
      lede="People stay on the version they began with, unless you move them here. See first who can move and what happens to what is open."
    >
      <p className="sub">
        <Link to="/programmes/$key" params={{ key: programme }}>
          Back to the programme
        </Link>
      </p>
      <Loaded query={query} what="the versions">
        {(moves) => (
          <>
            <Versions versions={moves.versions} />
            {moves.versions.length < 2 ? (
              <Empty title="There is nothing to move to">
                <p>This programme has one version. When another is loaded, people can be moved to it from here.</p>
              </Empty>
            ) : (
              <Plan api={api} moves={moves} onStarted={() => void query.refetch()} />
            )}
            <Batches api={api} batches={moves.batches} onChanged={() => void query.refetch()} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function isUnderWay({ status }: Moves['batches'][number]): boolean {
  return status === 'moving' || status === 'undoing';
}

function Versions({ versions }: { versions: Moves['versions'] }): ReactElement {
  return (
    <section className="card" aria-labelledby="versions">
      <h2 id="versions">Versions</h2>
      <table className="x">
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Loaded</th>
            <th scope="col" className="r">
              People on their way
            </th>
          </tr>
        </thead>
        <tbody>
          {versions.map(({ version, live, loadedAt, open }) => (
            <tr key={version}>
              <th scope="row">
                {version} {live ? <Tag tone="green">Live</Tag> : null}
              </th>
              <td>{day(loadedAt)}</td>
              <td className="r">{count(open)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Which versions, who goes where, and the way to go ahead. */
function Plan({ api, moves, onStarted }: { api: MovesDoor; moves: Moves; onStarted: () => void }): ReactElement {
  const { programme, versions } = moves;
  const newest = versions[0]!.version;
  const fullest = [...versions]
    .filter(({ version }) => version !== newest)
    .sort((one, other) => other.open - one.open)[0]!;
  const [from, setFrom] = useState(fullest.version);
  const [to, setTo] = useState(newest);
  const [mapping, setMapping] = useState<Record<string, string>>({});
  const [confirming, setConfirming] = useState<MovePreview | null>(null);
  const question = { programme, fromVersion: from, toVersion: to, mapping };
  const query = useQuery({
    queryKey: ['moves', programme, 'preview', question],
    queryFn: () => api.previewMove(question),
    enabled: from !== to,
    placeholderData: (before) => before,
  });
  const choose = (set: (version: number) => void) => (version: number) => {
    set(version);
    setMapping({});
  };
  const underWay = moves.batches.some(isUnderWay);
  return (
    <section className="card" aria-labelledby="plan">
      <h2 id="plan">What a move would do</h2>
      <div className="chosen-versions">
        <VersionChoice label="From version" versions={versions} value={from} onChange={choose(setFrom)} />
        <VersionChoice label="To version" versions={versions} value={to} onChange={choose(setTo)} />
      </div>
      {from === to ? (
        <p className="quiet">Choose two different versions.</p>
      ) : (
        <Loaded query={query} what="what would happen">
          {(preview) => (
            <>
              <Preview
                preview={preview}
                onMap={(step, toStep) => setMapping((before) => ({ ...before, [step]: toStep }))}
              />
              <div className="btns">
                <button
                  type="button"
                  className="btn"
                  disabled={preview.canMove === 0 || underWay || query.isPlaceholderData}
                  onClick={() => setConfirming(preview)}
                >
                  Move people…
                </button>
                {underWay ? <span className="quiet">A move is under way. Wait until it has finished.</span> : null}
                {preview.canMove === 0 ? <span className="quiet">Nobody can be moved like this now.</span> : null}
              </div>
            </>
          )}
        </Loaded>
      )}
      {confirming ? (
        <MoveDialog
          api={api}
          question={question}
          preview={confirming}
          largest={moves.largestBatch}
          onClose={() => setConfirming(null)}
          onStarted={() => {
            setConfirming(null);
            onStarted();
            void query.refetch();
          }}
        />
      ) : null}
    </section>
  );
}

function VersionChoice({
  label,
  versions,
  value,
  onChange,
}: {
  label: string;
  versions: Moves['versions'];
  value: number;
  onChange: (version: number) => void;
}): ReactElement {
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {versions.map(({ version, open, live }) => (
          <option key={version} value={version}>
            {version}
            {live ? ', live' : ''} ({count(open)} on their way)
          </option>
        ))}
      </select>
    </label>
  );
}

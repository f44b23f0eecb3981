import { useMutation } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { inPlainWords } from '../api/problem';
import type { MoveBatch } from '../api/views';
import { Dialog } from '../parts/dialog';
import { useTell } from '../parts/notices';
import { Tag, type TagTone } from '../parts/tag';
import { moment, plural } from '../words/dates';
import { count } from '../words/words';
import type { MovesDoor } from './moves.page';
import { Examples } from './preview';
import { BATCH_WORDS, MOVE_WORDS, progressOf, sayBecause, timeLeft } from './words';

const TONES: Readonly<Record<MoveBatch['status'], TagTone>> = {
  moving: 'blue',
  moved: 'green',
  undoing: 'blue',
  undone: 'grey',
};

/** What has been moved so far: how it goes, how it went, and the way back. */
export function Batches({
  api,
  batches,
  onChanged,
}: {
  api: MovesDoor;
  batches: MoveBatch[];
  onChanged: () => void;
}): ReactElement | null {
  const [undoing, setUndoing] = useState<MoveBatch | null>(null);
  if (batches.length === 0) return null;
  return (
    <section className="card" aria-labelledby="batches">
      <h2 id="batches">Moves so far</h2>
      {batches.map((batch) => (
        <Batch key={batch.id} batch={batch} onUndo={() => setUndoing(batch)} />
      ))}
      {undoing ? <UndoDialog api={api} batch={undoing} onClose={() => setUndoing(null)} onChanged={onChanged} /> : null}
    </section>
  );
}

function Batch({ batch, onUndo }: { batch: MoveBatch; onUndo: () => void }): ReactElement {
  const { done, all } = progressOf(batch);
  const left = timeLeft(batch.undoUntil);
  const underWay = batch.status === 'moving' || batch.status === 'undoing';
  return (
    <article className="batch" aria-label={`Move of ${moment(batch.createdAt)}`}>
      <h3>
        {plural(all, 'person', 'people')} from version {batch.fromVersion} to {batch.toVersion}{' '}
        <Tag tone={TONES[batch.status]}>{BATCH_WORDS[batch.status]}</Tag>
      </h3>
      <p className="sub">
        {moment(batch.createdAt)}, {batch.mine ? 'by you' : 'by a colleague'}: {batch.reason}
      </p>
      {underWay ? (
        <div role="status">
          <progress value={done} max={all} aria-label={BATCH_WORDS[batch.status]} />
          <p>
            {count(done)} of {count(all)} done
          </p>
        </div>
      ) : null}
      <ul className="reasons">
        {batch.moves.map(({ status, because, count: some, examples }) => (
          <li key={`${status} ${because}`}>
            {MOVE_WORDS[status]}: {count(some)}
            {because === null ? null : <span className="src">{sayBecause(because)}</span>}
            {because === null ? null : <Examples ids={examples} of={some} />}
          </li>
        ))}
      </ul>
      {batch.canUndo && left !== null ? (
        <div className="btns">
          <button type="button" className="btn r" onClick={onUndo}>
            Undo this move…
          </button>
          <span className="quiet">
            Can be undone until {moment(batch.undoUntil)}: {left} left
          </span>
        </div>
      ) : null}
    </article>
  );
}

function UndoDialog({
  api,
  batch,
  onClose,
  onChanged,
}: {
  api: MovesDoor;
  batch: MoveBatch;
  onClose: () => void;
  onChanged: () => void;
}): ReactElement {
  const tell = useTell();
  const undo = useMutation({
    networkMode: 'always',
    mutationFn: () => api.undoMove(batch.id),
    onSuccess: () => {
      tell('They are being moved back.');
      onChanged();
      onClose();
    },
  });
  return (
    <Dialog title="Undo this move" onClose={onClose}>
      <p>
        Everybody who is still at the step they were moved to goes back to version {batch.fromVersion}. Who has gone on
        since, is paused or has ended stays, and is told here with the reason.
      </p>
      {undo.isError ? (
        <p className="not-saved" role="alert">
          <strong>Not undone.</strong> {inPlainWords(undo.error)}
        </p>
      ) : null}
      <div className="btns">
        <button type="button" className="btn r" disabled={undo.isPending} onClick={() => undo.mutate()}>
          {undo.isPending ? 'Beginning…' : 'Move them back'}
        </button>
        <button type="button" className="btn q" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
}

import { useState, type ReactElement } from 'react';
import type { MovePreview, MoveQuestion } from '../api/views';
import { CommandDialog } from '../parts/command-dialog';
import { useTell } from '../parts/notices';
import { plural } from '../words/dates';
import { count } from '../words/words';
import type { MovesDoor } from './moves.page';

/** A first batch is small: it can be looked at before the rest follow. */
const FIRST_BATCH = 50;

/** Asks how many and why, and starts one batch. */
export function MoveDialog({
  api,
  question,
  preview,
  largest,
  onClose,
  onStarted,
}: {
  api: MovesDoor;
  question: MoveQuestion;
  preview: MovePreview;
  largest: number;
  onClose: () => void;
  onStarted: () => void;
}): ReactElement {
  const tell = useTell();
  const most = Math.min(preview.canMove, largest);
  // The order has an id of its own from the start: sent twice, it is one batch.
  const [id] = useState(() => crypto.randomUUID());
  const [limit, setLimit] = useState(String(Math.min(most, FIRST_BATCH)));
  const [reason, setReason] = useState('');
  const { task, referral } = preview.work;
  return (
    <CommandDialog
      title={`Move people to version ${preview.toVersion}`}
      act="Move them"
      acting="Beginning…"
      refused="Not begun."
      ready={reason.trim() !== ''}
      perform={() => api.startMove({ ...question, id, reason: reason.trim(), limit: Number(limit) })}
      onDone={() => {
        tell('The move has begun.');
        onStarted();
      }}
      onClose={onClose}
    >
      <p>
        {plural(preview.canMove, 'person', 'people')} can move. Those who have been on their way longest go first. You
        can undo it for 24 hours, for everybody who is still at the step they were moved to.
      </p>
      {task.ended + referral.ended > 0 ? (
        <p className="alert">
          Where a step is not the same, open work ends: of all who can move, {plural(task.ended, 'task')} would be
          cancelled and {plural(referral.ended, 'referral')} withdrawn.
        </p>
      ) : null}
      <label className="field short">
        How many at most? (up to {count(most)})
        <input
          type="number"
          required
          min={1}
          max={most}
          value={limit}
          onChange={(event) => setLimit(event.target.value)}
        />
      </label>
      <label className="field">
        Why are you moving them?
        <textarea required maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
      <p className="quiet">Your name and the reason are kept.</p>
    </CommandDialog>
  );
}

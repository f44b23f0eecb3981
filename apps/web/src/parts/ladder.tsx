import { useState, type ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import type { Rung } from '../api/views';
import { day, moment } from '../words/dates';
import { CommandDialog } from './command-dialog';
import { useTell } from './notices';
import { Tag } from './tag';

export type LadderDoor = Pick<Fairway, 'cancelRung'>;

/** What happens when a task is late: each rung once, with when, and how it stands. */
export function Ladder({
  api,
  taskId,
  rungs,
  mayCancel,
  onChanged,
}: {
  api: LadderDoor;
  taskId: string;
  rungs: Rung[];
  mayCancel: boolean;
  onChanged: () => void;
}): ReactElement | null {
  const [cancelling, setCancelling] = useState<Rung | null>(null);
  const [because, setBecause] = useState('');
  const tell = useTell();
  if (rungs.length === 0) return null;
  return (
    <>
      <ol className="ladder" aria-label="If it is late">
        {rungs.map((rung) => (
          <li key={rung.rung} className={rung.status}>
            <span>
              {rung.title} <Standing rung={rung} />
              {rung.because === null ? null : <span className="detail">“{rung.because}”</span>}
            </span>
            {mayCancel && rung.status === 'planned' ? (
              <button
                type="button"
                className="link"
                onClick={() => {
                  setBecause('');
                  setCancelling(rung);
                }}
              >
                Cancel<span className="hidden-text">: {rung.title}</span>
              </button>
            ) : null}
          </li>
        ))}
      </ol>
      {cancelling === null ? null : (
        <CommandDialog
          title={`Cancel: ${cancelling.title}`}
          act="Cancel this step"
          perform={() => api.cancelRung(taskId, cancelling.rung, because.trim())}
          onDone={() => {
            tell(`Cancelled: ${cancelling.title}.`);
            onChanged();
          }}
          onClose={() => setCancelling(null)}
        >
          <p>It was planned for {day(cancelling.dueAt)}. The task stays open, and its other steps stay planned.</p>
          <label className="field">
            Why?
            <input required maxLength={400} value={because} onChange={(event) => setBecause(event.target.value)} />
          </label>
        </CommandDialog>
      )}
    </>
  );
}

function Standing({ rung }: { rung: Rung }): ReactElement {
  switch (rung.status) {
    case 'planned':
      return <span className="quiet">on {day(rung.dueAt)}</span>;
    case 'climbed':
      return (
        <>
          <Tag tone="amber">Done</Tag> <span className="quiet">{moment(rung.at ?? rung.dueAt)}</span>
        </>
      );
    case 'cancelled':
      return (
        <>
          <Tag tone="grey">Cancelled</Tag>{' '}
          <span className="quiet">
            {moment(rung.at ?? rung.dueAt)}
            {rung.by === null ? '' : ` by ${rung.by}`}
          </span>
        </>
      );
  }
}

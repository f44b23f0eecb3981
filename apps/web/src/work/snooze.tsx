import { useState, type ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import type { TaskView } from '../api/views';
import { CommandDialog, todayHere } from '../parts/command-dialog';
import { useTell } from '../parts/notices';
import { day } from '../words/dates';

export type SnoozeDoor = Pick<Fairway, 'snooze'>;

/** Puts a task off until a day; what was left until it is due counts from there. */
export function SnoozeDialog({
  api,
  task,
  onDone,
  onClose,
}: {
  api: SnoozeDoor;
  task: TaskView;
  onDone: () => void;
  onClose: () => void;
}): ReactElement {
  const tell = useTell();
  const [until, setUntil] = useState('');
  const [because, setBecause] = useState('');
  const measure = task.kind === 'measure';
  return (
    <CommandDialog
      title={`Snooze: ${task.title}`}
      act="Snooze"
      perform={() => api.snooze(task.id, { until, because: because.trim(), version: task.version })}
      onDone={(standing) => {
        tell(`Off the list until ${day(until)}.${standing.status === 'open' ? '' : ' The task has closed meanwhile.'}`);
        onDone();
      }}
      onClose={onClose}
    >
      <p>
        {measure
          ? `It leaves the list until that day. It still has to be asked by ${day(task.dueAt)}, or it counts as lost.`
          : 'It leaves the list until that day. What was left until it is due, and until it is raised, counts from there.'}
      </p>
      <label className="field short">
        Back on the list on
        <input
          type="date"
          required
          min={todayHere(1)}
          max={measure ? task.dueAt.slice(0, 10) : todayHere(90)}
          value={until}
          onChange={(event) => setUntil(event.target.value)}
        />
      </label>
      <label className="field">
        Why?
        <input
          required
          maxLength={400}
          value={because}
          onChange={(event) => setBecause(event.target.value)}
          aria-describedby="snooze-hint"
        />
        <span className="quiet" id="snooze-hint">
          Such as: asked us to phone after the holiday. It is shown on their record.
        </span>
      </label>
    </CommandDialog>
  );
}

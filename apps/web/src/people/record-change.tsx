import { useState, type ReactElement } from 'react';
import type { EpisodeView, PersonSummary } from '../api/views';
import { CommandDialog, todayHere } from '../parts/command-dialog';
import { useTell } from '../parts/notices';
import { plural } from '../words/dates';
import type { PersonDoor } from './person.page';

export type ChangeKind = 'stop' | 'moved' | 'died';

const WORDS: Readonly<Record<ChangeKind, { title: string; act: string; done: string }>> = {
  stop: { title: 'Stop contact', act: 'Stop contact', done: 'Contact is stopped.' },
  moved: { title: 'They have moved away', act: 'Record the move', done: 'The move is recorded.' },
  died: { title: 'They have died', act: 'Record the death', done: 'The death is recorded.' },
};

/** Asks once more before something that cannot be taken back: it ends what is under way and tells partner services. */
export function RecordChange({
  api,
  kind,
  person,
  open,
  onClose,
  onChanged,
}: {
  api: PersonDoor;
  kind: ChangeKind;
  person: PersonSummary;
  open: EpisodeView[];
  onClose: () => void;
  onChanged: () => void;
}): ReactElement {
  const tell = useTell();
  const today = todayHere();
  const [on, setOn] = useState(today);
  const [purpose, setPurpose] = useState('all');
  const words = WORDS[kind];
  const ends = kind === 'stop' && purpose !== 'all' ? open.filter((episode) => episode.programme === purpose) : open;
  return (
    <CommandDialog
      title={`${words.title}: ${person.name}`}
      act={words.act}
      danger
      perform={() => {
        if (kind === 'stop') return api.optOut(person.id, purpose);
        return kind === 'died' ? api.recordDeath(person.id, on) : api.recordMove(person.id, on);
      }}
      onDone={() => {
        tell(words.done);
        onChanged();
      }}
      onClose={onClose}
    >
      {kind === 'stop' ? (
        <fieldset className="plain">
          <legend>About what?</legend>
          <label className="tick">
            <input type="radio" name="purpose" checked={purpose === 'all'} onChange={() => setPurpose('all')} />{' '}
            Everything
          </label>
          {open.map((episode) => (
            <label className="tick" key={episode.id}>
              <input
                type="radio"
                name="purpose"
                checked={purpose === episode.programme}
                onChange={() => setPurpose(episode.programme)}
              />{' '}
              Only {episode.title}
            </label>
          ))}
        </fieldset>
      ) : (
        <label className="field short">
          On what day?
          <input type="date" required max={today} value={on} onChange={(event) => setOn(event.target.value)} />
        </label>
      )}
      <p>
        {ends.length === 0
          ? 'Nothing is under way that this would end.'
          : `${plural(ends.length, 'programme')} under way will end at once: ${ends.map((episode) => episode.title).join(', ')}.`}{' '}
        No more messages are sent, and services asked to help are told. This cannot be undone here.
      </p>
    </CommandDialog>
  );
}

import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { inPlainWords } from '../api/problem';
import type { EpisodeView, PersonSummary } from '../api/views';
import { Dialog } from '../parts/dialog';
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
  const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/London' });
  const [on, setOn] = useState(today);
  const [purpose, setPurpose] = useState('all');
  const words = WORDS[kind];
  const save = useMutation({
    networkMode: 'always',
    mutationFn: () => {
      if (kind === 'stop') return api.optOut(person.id, purpose);
      return kind === 'died' ? api.recordDeath(person.id, on) : api.recordMove(person.id, on);
    },
    onSuccess: () => {
      tell(words.done);
      onChanged();
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  const ends = kind === 'stop' && purpose !== 'all' ? open.filter((episode) => episode.programme === purpose) : open;
  return (
    <Dialog title={`${words.title}: ${person.name}`} onClose={onClose}>
      <form onSubmit={submit}>
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
        {save.isError ? (
          <p className="not-saved" role="alert">
            <strong>Not saved.</strong> {inPlainWords(save.error)}
          </p>
        ) : null}
        <div className="btns">
          <button type="submit" className="btn r" disabled={save.isPending}>
            {save.isPending ? 'Saving…' : words.act}
          </button>
          <button type="button" className="btn q" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}

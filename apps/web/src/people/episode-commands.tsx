import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import type { EpisodeChoices, EpisodeView } from '../api/views';
import { CommandDialog, todayHere } from '../parts/command-dialog';
import { Loaded } from '../parts/loaded';
import { useTell } from '../parts/notices';

export type EpisodeDoor = Pick<
  Fairway,
  'episodeChoices' | 'pauseEpisode' | 'resumeEpisode' | 'transferEpisode' | 'exitEpisode'
>;
type Command = EpisodeView['may'][number];

const NAMES: Readonly<Record<Command, string>> = {
  pause: 'Pause',
  resume: 'Resume',
  transfer: 'Hand over',
  exit: 'End it',
};

/** What may be done with an episode now. */
export function EpisodeCommands({
  api,
  episode,
  onChanged,
}: {
  api: EpisodeDoor;
  episode: EpisodeView;
  onChanged: () => void;
}): ReactElement | null {
  const [asking, setAsking] = useState<Command | null>(null);
  const choices = useQuery({
    queryKey: ['episode-choices'],
    queryFn: () => api.episodeChoices(),
    enabled: asking !== null,
    staleTime: Infinity,
  });
  if (episode.may.length === 0) return null;
  const close = (): void => setAsking(null);
  return (
    <>
      <div className="btns no-print">
        {episode.may.map((command) => (
          <button key={command} type="button" className="btn q" onClick={() => setAsking(command)}>
            {NAMES[command]}
            <span className="hidden-text">: {episode.title}</span>
          </button>
        ))}
      </div>
      {asking === null ? null : asking === 'resume' ? (
        <Resume api={api} episode={episode} onChanged={onChanged} onClose={close} />
      ) : (
        <Loaded query={choices} what="the choices">
          {(known) => {
            const shared = { api, episode, choices: known, onChanged, onClose: close };
            if (asking === 'pause') return <Pause {...shared} />;
            return asking === 'transfer' ? <HandOver {...shared} /> : <End {...shared} />;
          }}
        </Loaded>
      )}
    </>
  );
}

interface Asking {
  api: EpisodeDoor;
  episode: EpisodeView;
  onChanged: () => void;
  onClose: () => void;
}

function Pause({ api, episode, choices, onChanged, onClose }: Asking & { choices: EpisodeChoices }): ReactElement {
  const tell = useTell();
  const [reason, setReason] = useState('');
  const [note, setNote] = useState('');
  const [reviewOn, setReviewOn] = useState('');
  return (
    <CommandDialog
      title={`Pause ${episode.title}`}
      act="Pause"
      perform={() =>
        api.pauseEpisode(episode.id, { reason, note: note.trim() || null, reviewOn: reviewOn === '' ? null : reviewOn })
      }
      onDone={({ paused }) => {
        const undo = async (): Promise<void> => {
          if (paused) await api.resumeEpisode(episode.id, paused.pauseId);
          onChanged();
        };
        tell('Paused. Nothing is sent and no deadline passes until it is resumed.', () => void undo());
        onChanged();
      }}
      onClose={onClose}
    >
      <p>
        Nothing is sent and no deadline passes while it is paused. Its tasks leave the list. Everything goes on with the
        time that was left.
      </p>
      <Choice label="Why?" value={reason} options={choices.pauseReasons} onChange={setReason} />
      <label className="field">
        Note {reason === 'other' ? '' : '(if it helps)'}
        <textarea
          rows={2}
          maxLength={2000}
          required={reason === 'other'}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </label>
      <label className="field short">
        Look again on (if you know)
        <input
          type="date"
          min={todayHere(1)}
          max={todayHere(365)}
          value={reviewOn}
          onChange={(event) => setReviewOn(event.target.value)}
        />
      </label>
    </CommandDialog>
  );
}

function Resume({ api, episode, onChanged, onClose }: Asking): ReactElement {
  const tell = useTell();
  const pauseId = episode.paused?.pauseId ?? '';
  return (
    <CommandDialog
      title={`Resume ${episode.title}`}
      act="Resume"
      perform={() => api.resumeEpisode(episode.id, pauseId)}
      onDone={() => {
        tell('Resumed. Every date has moved on by the time it was paused.');
        onChanged();
      }}
      onClose={onClose}
    >
      <p>Its tasks come back to the list, and every date moves on by the time it was paused.</p>
    </CommandDialog>
  );
}

function HandOver({ api, episode, choices, onChanged, onClose }: Asking & { choices: EpisodeChoices }): ReactElement {
  const tell = useTell();
  const [team, setTeam] = useState('');
  const [reason, setReason] = useState('');
  return (
    <CommandDialog
      title={`Hand over ${episode.title}`}
      act="Hand over"
      perform={() => api.transferEpisode(episode.id, { team, reason: reason.trim() })}
      onDone={() => {
        tell('Handed over. The other team has its tasks now.');
        onChanged();
      }}
      onClose={onClose}
    >
      <p>Open tasks go along, and nobody has claimed them there.</p>
      <Choice
        label="To which team?"
        value={team}
        options={choices.teams.map(({ key, name }) => ({ key, title: name }))}
        onChange={setTeam}
      />
      <label className="field">
        Why?
        <input required maxLength={400} value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
    </CommandDialog>
  );
}

function End({ api, episode, choices, onChanged, onClose }: Asking & { choices: EpisodeChoices }): ReactElement {
  const tell = useTell();
  const [reason, setReason] = useState('');
  const [note, setNote] = useState('');
  return (
    <CommandDialog
      title={`End ${episode.title}`}
      act="End it now"
      danger
      perform={() => api.exitEpisode(episode.id, { reason, note: note.trim() || null })}
      onDone={() => {
        tell('It has ended. Nothing more is sent.');
        onChanged();
      }}
      onClose={onClose}
    >
      <p>
        It ends at once: what is queued is not sent, open tasks are cancelled, and services asked to help are told. This
        cannot be undone here. A death is recorded at the foot of this page.
      </p>
      <Choice label="Why does it end?" value={reason} options={choices.exitReasons} onChange={setReason} />
      {reason === 'moved-away' ? (
        <p className="alert">This is recorded for the person, and ends every programme of theirs.</p>
      ) : null}
      {reason === 'opted-out' ? (
        <p className="alert">This is recorded for the person: this programme does not contact them again.</p>
      ) : null}
      <label className="field">
        Note (if it helps)
        <textarea rows={2} maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />
      </label>
    </CommandDialog>
  );
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly { key: string; title: string }[];
  onChange: (key: string) => void;
}): ReactElement {
  return (
    <label className="field short">
      {label}
      <select required value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">Choose</option>
        {options.map(({ key, title }) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

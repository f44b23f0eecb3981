import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { EpisodeView } from '../api/views';
import { Ladder, type LadderDoor } from '../parts/ladder';
import { PriorityParts, Reasons } from '../parts/reasons';
import { DemoTag, Tag } from '../parts/tag';
import { Timeline } from '../parts/timeline';
import { useMay } from '../shell/session';
import { day, longDate } from '../words/dates';
import { workingTime } from '../words/working-time';
import { sentence } from '../words/words';
import { EpisodeCommands, type EpisodeDoor } from './episode-commands';

export type EpisodeCardDoor = EpisodeDoor & LadderDoor;

/** An episode under way: where it stands, what comes next, whose time has run, and what may be done. */
export function EpisodeCard({
  api,
  episode,
  onChanged,
}: {
  api: EpisodeCardDoor;
  episode: EpisodeView;
  onChanged: () => void;
}): ReactElement {
  const id = `episode-${episode.id}`;
  return (
    <section className="card episode" aria-labelledby={id}>
      <div className="episode-head">
        <h2 id={id}>
          {episode.title} <DemoTag demo={episode.demo} />
        </h2>
        <EpisodeCommands api={api} episode={episode} onChanged={onChanged} />
      </div>
      <p className="sub">
        Let in {day(episode.openedAt)}
        {episode.stepTitle === null ? '' : ` · now: ${episode.stepTitle}`}
        {episode.team === null ? '' : ` · ${episode.team.name}`}
      </p>
      <Standing episode={episode} />
      <div className="cols">
        <div>
          <h3 className="s first">What has happened, what comes next</h3>
          <Timeline entries={episode.timeline} next={episode.next} />
        </div>
        <div>
          <OpenTasks api={api} episode={episode} onChanged={onChanged} />
          <h3 className="s first">Why this person, why now</h3>
          <Reasons reasons={episode.reasons} />
          <h3 className="s">Priority {episode.priority}</h3>
          <PriorityParts parts={episode.priorityParts} />
          <Clocks clocks={episode.clocks} />
        </div>
      </div>
    </section>
  );
}

function Standing({ episode: { paused, leaving } }: { episode: EpisodeView }): ReactElement | null {
  if (leaving) {
    return (
      <p className="alert">
        <Tag tone="amber">Ending</Tag> {leaving.reasonText}, {day(leaving.at)}.
      </p>
    );
  }
  if (!paused) return null;
  return (
    <div className="alert">
      <p>
        <Tag tone="amber">Paused</Tag> <strong>{paused.reasonText}</strong> since {day(paused.since)}
        {paused.by === null ? '' : `, by ${paused.by}`}.{' '}
        {paused.reviewOn === null ? 'No day to look again was given.' : `Look again on ${longDate(paused.reviewOn)}.`}
      </p>
      {paused.note === null ? null : <p className="note">“{paused.note}”</p>}
    </div>
  );
}

function OpenTasks({
  api,
  episode,
  onChanged,
}: {
  api: EpisodeCardDoor;
  episode: EpisodeView;
  onChanged: () => void;
}): ReactElement | null {
  const mayWork = useMay('tasks:work') && episode.may.length > 0;
  if (episode.openTasks.length === 0) return null;
  return (
    <>
      <h3 className="s first">What somebody has to do</h3>
      <ul className="open-tasks">
        {episode.openTasks.map((task) => (
          <li key={task.id}>
            <p>
              <Link to="/work/$taskId" params={{ taskId: task.id }} search={{ view: 'needs-us' }}>
                {task.title}
              </Link>{' '}
              <span className="quiet">
                {sentence(task.role)} · due {day(task.dueAt)} · {task.claimedBy ?? 'unclaimed'}
              </span>
            </p>
            {task.snoozedUntil === null ? null : (
              <p>
                <Tag tone="blue">Snoozed</Tag> until {day(task.snoozedUntil)}
                {task.snoozedBecause === null ? '' : `: ${task.snoozedBecause}`}
              </p>
            )}
            <Ladder api={api} taskId={task.id} rungs={task.ladder} mayCancel={mayWork} onChanged={onChanged} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Clocks({ clocks }: { clocks: EpisodeView['clocks'] }): ReactElement | null {
  const ran = clocks.filter(({ hours }) => hours > 0);
  const whole = ran.reduce((sum, { hours }) => sum + hours, 0);
  if (whole === 0) return null;
  return (
    <>
      <h3 className="s">Whose time it has taken</h3>
      <div className="clock-bar" aria-hidden="true">
        {ran.map(({ clock, hours }) => (
          <span key={clock} className={clock} style={{ flexGrow: hours / whole }} />
        ))}
      </div>
      <dl className="parts">
        {ran.map(({ clock, title, hours }) => (
          <div key={clock}>
            <dt>
              <span className={`clock-key ${clock}`} aria-hidden="true" /> {title}
            </dt>
            <dd>{workingTime(hours)}</dd>
          </div>
        ))}
      </dl>
      <p className="quiet">In working hours, eight a day.</p>
    </>
  );
}

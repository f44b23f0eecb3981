import type { ReactElement } from 'react';
import type { Next, TimelineEntry } from '../api/views';
import { day, moment } from '../words/dates';

type Shown = Pick<TimelineEntry, 'title' | 'detail' | 'actor' | 'future'> & { at: string | null };

/** What has happened, newest first, with what comes next above it. */
export function Timeline({ entries, next }: { entries: TimelineEntry[]; next: Next | null }): ReactElement {
  const ahead = entries.filter((entry) => entry.future === true);
  // Told in the order it happened; turned round, so that of two at the same instant the later stays above.
  const past = entries
    .filter((entry) => entry.future !== true)
    .reverse()
    .sort((one, other) => other.at.localeCompare(one.at));
  const shown: Shown[] =
    ahead.length > 0 || next === null
      ? [...ahead, ...past]
      : [{ at: next.at, title: next.what, detail: null, future: true }, ...past];
  if (shown.length === 0) return <p className="quiet">Nothing has happened yet.</p>;
  return (
    <ol className="line">
      {shown.map((entry, index) => (
        <li key={`${entry.at} ${entry.title} ${index}`} className={entry.future === true ? 'next' : undefined}>
          {entry.at === null ? (
            entry.future === true ? (
              <span className="when">Next</span>
            ) : null
          ) : (
            <time className="when" dateTime={entry.at}>
              {entry.future === true ? `Next, ${day(entry.at)}` : moment(entry.at)}
            </time>
          )}
          <span className="what">{entry.title}</span>
          {entry.detail === null ? null : <span className="detail">{entry.detail}</span>}
          {entry.actor === undefined ? null : <span className="detail">{entry.actor}</span>}
        </li>
      ))}
    </ol>
  );
}

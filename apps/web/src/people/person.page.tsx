import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import type { ContactPermission, EpisodeView, PersonRecord } from '../api/views';
import { Empty, Loaded } from '../parts/loaded';
import { Heading, useTitle } from '../parts/page';
import { Fact, PersonFacts, PersonWarnings } from '../parts/person';
import { DemoTag, Tag } from '../parts/tag';
import { Timeline } from '../parts/timeline';
import { useMay } from '../shell/session';
import { day } from '../words/dates';
import { sentence } from '../words/words';
import { EpisodeCard, type EpisodeCardDoor } from './episode-card';
import { RecordChange, type ChangeKind } from './record-change';

export type PersonDoor = Pick<Fairway, 'person' | 'optOut' | 'recordDeath' | 'recordMove'> & EpisodeCardDoor;

/** Everything under way for one person, and what is known that matters for it. */
export function PersonPage({ api, personId }: { api: PersonDoor; personId: string }): ReactElement {
  const query = useQuery({ queryKey: ['person', personId], queryFn: () => api.person(personId), staleTime: Infinity });
  useTitle(query.data === undefined ? 'Person' : query.data.person.name);
  return (
    <div className="page record">
      <Loaded query={query} what="the record">
        {(record) => <Ready api={api} record={record} onChanged={() => void query.refetch()} />}
      </Loaded>
    </div>
  );
}

function Ready({
  api,
  record,
  onChanged,
}: {
  api: PersonDoor;
  record: PersonRecord;
  onChanged: () => void;
}): ReactElement {
  const { person, episodes } = record;
  const [change, setChange] = useState<ChangeKind | null>(null);
  const mayChange = useMay('people:change');
  const open = episodes.filter((episode) => episode.status === 'open');
  const ended = episodes.filter((episode) => episode.status !== 'open');
  const stopped = person.permissions.some(
    ({ channel, purpose, allowed }) => channel === 'all' && purpose === 'all' && !allowed,
  );
  const left = person.diedOn !== null || person.movedAwayOn !== null;
  return (
    <>
      <header className="record-head">
        <div>
          <Heading>{person.name}</Heading>
          <PersonFacts person={person} />
          <dl className="facts">
            <Fact name="E-mail" value={person.email} />
            <Fact name="Address" value={person.addressProtected ? 'not shown' : person.address} />
          </dl>
        </div>
        <div className="who-acts no-print">
          <button type="button" className="btn q" onClick={() => window.print()}>
            Print
          </button>
          <span className="quiet">Viewing is recorded</span>
        </div>
      </header>
      <PersonWarnings person={person} />
      <Permissions permissions={person.permissions} />

      {episodes.length === 0 ? (
        <Empty title="No programme has let this person in">
          <p>They are here because your team looks after where they live.</p>
        </Empty>
      ) : null}
      {open.map((episode) => (
        <EpisodeCard key={episode.id} api={api} episode={episode} onChanged={onChanged} />
      ))}
      {ended.length > 0 ? <h2 className="group">Ended</h2> : null}
      {ended.map((episode) => (
        <details key={episode.id} className="card ended">
          <summary>
            <span>
              {episode.title} · {endOf(episode)}
            </span>{' '}
            <DemoTag demo={episode.demo} />
          </summary>
          <Timeline entries={episode.timeline} next={null} />
        </details>
      ))}

      {mayChange && !left ? (
        <section className="card no-print" aria-labelledby="changes">
          <h2 id="changes">Something changed for this person</h2>
          <p className="sub">
            Each of these takes effect at once, ends what is under way, and asks you to confirm first.
          </p>
          <div className="btns">
            {stopped ? null : (
              <button type="button" className="btn q" onClick={() => setChange('stop')}>
                Stop contact
              </button>
            )}
            <button type="button" className="btn q" onClick={() => setChange('moved')}>
              They have moved away
            </button>
            <button type="button" className="btn q" onClick={() => setChange('died')}>
              They have died
            </button>
          </div>
        </section>
      ) : null}
      {change === null ? null : (
        <RecordChange
          api={api}
          kind={change}
          person={person}
          open={open}
          onClose={() => setChange(null)}
          onChanged={onChanged}
        />
      )}
    </>
  );
}

/** How it ended and when, as the timeline says. */
function endOf(episode: EpisodeView): string {
  const ending = episode.timeline.find((entry) => entry.kind === 'ending');
  return ending ? `${ending.title}, ${day(ending.at)}` : 'Ended';
}

function Permissions({ permissions }: { permissions: ContactPermission[] }): ReactElement | null {
  const refused = permissions.filter((permission) => !permission.allowed);
  if (refused.length === 0) return null;
  return (
    <div className="alert">
      {refused.map((permission) => (
        <p key={`${permission.channel} ${permission.purpose}`}>
          <Tag tone="amber">Asked us not to</Tag>{' '}
          {permission.channel === 'all' ? 'get in touch' : `use ${CHANNELS[permission.channel] ?? permission.channel}`}
          {permission.purpose === 'all'
            ? ' about anything'
            : ` about ${sentence(permission.purpose).toLowerCase()}`}{' '}
          (since {day(permission.at)})
        </p>
      ))}
    </div>
  );
}

const CHANNELS: Readonly<Record<string, string>> = {
  email: 'e-mail',
  sms: 'text messages',
  letter: 'letters',
  phone: 'the phone',
};

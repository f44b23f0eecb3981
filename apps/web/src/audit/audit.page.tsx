import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useRef, type FormEvent, type ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import type { AuditItem } from '../api/views';
import { Empty, Loaded } from '../parts/loaded';
import { Page } from '../parts/page';
import { clock, day } from '../words/dates';
import { sentence } from '../words/words';
import { saidAction, saidSubject } from './words';

export interface AuditSearch {
  person?: string;
  action?: string;
  cursor?: string;
}

/** Offered when typing what was done; anything else of the same shape may be typed too. */
const ACTIONS = [
  'person.read',
  'person.found',
  'person.opted-out',
  'person.death-recorded',
  'person.move-recorded',
  'task.claimed',
  'task.completed',
  'referral.read',
  'referral.sent',
  'reply.received',
  'report.read',
  'audit.read',
  'session.opened',
];

/** Who read and changed what. It can be added to and never altered. */
export function AuditPage({ api, search }: { api: Pick<Fairway, 'audit'>; search: AuditSearch }): ReactElement {
  const navigate = useNavigate();
  const action = useRef<HTMLInputElement>(null);
  const person = useRef<HTMLInputElement>(null);
  const query = useQuery({
    queryKey: ['audit', search],
    queryFn: () => api.audit(search),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void navigate({
      to: '/audit',
      search: { action: action.current?.value.trim() || undefined, person: person.current?.value.trim() || undefined },
    });
  };
  return (
    <Page
      title="Audit"
      lede="Who read and changed what, newest first. Nothing here can be altered, and reading it is recorded too."
    >
      <form className="filters no-print" key={JSON.stringify(search)} onSubmit={submit}>
        <label>
          What was done
          <input
            ref={action}
            list="actions"
            defaultValue={search.action ?? ''}
            placeholder="Anything"
            autoComplete="off"
          />
        </label>
        <datalist id="actions">
          {ACTIONS.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        <label>
          Person’s reference
          <input ref={person} defaultValue={search.person ?? ''} placeholder="Anyone" autoComplete="off" />
        </label>
        <button type="submit" className="btn q">
          Filter
        </button>
        {(search.action ?? search.person) ? <Link to="/audit">Show everything</Link> : null}
      </form>
      <Loaded query={query} what="the audit trail">
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title="No entry matches">
              <p>
                <Link to="/audit">Show everything</Link>
              </p>
            </Empty>
          ) : (
            <div className="card" aria-busy={query.isFetching}>
              <table className="x stack">
                <caption className="hidden-text">Audit entries, newest first</caption>
                <thead>
                  <tr>
                    <th scope="col">When</th>
                    <th scope="col">Who</th>
                    <th scope="col">Did what</th>
                    <th scope="col">To</th>
                    <th scope="col">Details</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((item) => (
                    <Entry key={item.seq} item={item} search={search} />
                  ))}
                </tbody>
              </table>
              <nav className="paging no-print" aria-label="Pages">
                {search.cursor === undefined ? null : (
                  <Link className="btn q" to="/audit" search={{ ...search, cursor: undefined }}>
                    Newest
                  </Link>
                )}
                {nextCursor === null ? (
                  <span className="quiet">This is the oldest entry.</span>
                ) : (
                  <Link className="btn q" to="/audit" search={{ ...search, cursor: nextCursor }}>
                    Older
                  </Link>
                )}
              </nav>
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}

function Entry({ item, search }: { item: AuditItem; search: AuditSearch }): ReactElement {
  const detail = Object.entries(item.detail).map(([name, value]) => `${sentence(name)}: ${String(value)}`);
  return (
    <tr>
      <td data-name="When">
        <span className="nowrap">{day(item.at)}</span>, {clock(item.at)}
      </td>
      <td data-name="Who">
        {item.actor.name ?? sentence(item.actor.kind)}
        <span className="src">
          {[
            item.actor.organisation === null ? null : sentence(item.actor.organisation),
            item.actor.name === null ? item.actor.id : null,
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </td>
      <td data-name="Did what">
        {saidAction(item.action)}
        {item.purpose === null ? null : <span className="src">for {sentence(item.purpose).toLowerCase()}</span>}
      </td>
      <td data-name="To">
        {saidSubject(item.subjectKind)} <span className="src ref">{item.subjectId}</span>
        {item.personId === null || item.personId === search.person ? null : (
          <Link className="only" to="/audit" search={{ person: item.personId, action: search.action }}>
            Only this person
          </Link>
        )}
      </td>
      <td data-name="Details">
        {detail.length === 0 ? (
          <span className="quiet">none</span>
        ) : (
          <span className="src ref">{detail.join(' · ')}</span>
        )}
      </td>
    </tr>
  );
}

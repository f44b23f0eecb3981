import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, type FormEvent, type ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import type { PersonMatch } from '../api/views';
import { Empty, Loaded } from '../parts/loaded';
import { Page } from '../parts/page';
import { Tag } from '../parts/tag';
import { longDate, plural } from '../words/dates';
import { nhsNumber } from '../words/words';

/** Finding a person of one's own team, by name, NHS number or postcode. */
export function PeoplePage({ api, find }: { api: Pick<Fairway, 'findPeople'>; find: string }): ReactElement {
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const query = useQuery({
    queryKey: ['people', find],
    queryFn: () => api.findPeople(find),
    enabled: find !== '',
    gcTime: 60_000,
  });
  useEffect(() => {
    if (field.current) field.current.value = find;
  }, [find]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const text = field.current?.value.trim() ?? '';
    if (text !== '') void navigate({ to: '/people', state: { find: text } });
  };
  return (
    <Page title="People" lede="People your team looks after. Searches are recorded.">
      <form className="search-form" role="search" aria-label="People" onSubmit={submit}>
        <label htmlFor="people-search">Name, NHS number or postcode</label>
        <div className="search-line">
          <input id="people-search" ref={field} type="search" autoComplete="off" maxLength={100} defaultValue={find} />
          <button type="submit" className="btn">
            Find
          </button>
        </div>
      </form>
      {find === '' ? null : (
        <Loaded query={query} what="the people found">
          {({ items, more }) => <Found items={items} more={more} find={find} />}
        </Loaded>
      )}
    </Page>
  );
}

function Found({ items, more, find }: { items: PersonMatch[]; more: boolean; find: string }): ReactElement {
  if (items.length === 0) {
    return (
      <Empty title={`Nobody in your team’s area matches “${find}”`}>
        <p>Check the spelling, or try the NHS number. People other teams look after are not shown.</p>
      </Empty>
    );
  }
  return (
    <section aria-labelledby="found" className="card">
      <p role="status" className="hidden-text">
        {plural(items.length, 'person', 'people')} found
      </p>
      <h2 id="found">{more ? `The first ${items.length} people` : plural(items.length, 'person', 'people')}</h2>
      {more ? <p className="sub">More people match. Add a first name, or use the NHS number.</p> : null}
      <ul className="found">
        {items.map((person) => (
          <li key={person.id}>
            <Link to="/people/$personId" params={{ personId: person.id }}>
              {person.name}
            </Link>
            <span className="quiet">
              {[
                `Born ${longDate(person.born)} (${person.age})`,
                person.nhsNumber === null ? null : nhsNumber(person.nhsNumber),
                person.area,
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
            <span>
              {person.openEpisodes.map((episode) => (
                <Tag key={episode.programme} tone="blue">
                  {episode.title}
                </Tag>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

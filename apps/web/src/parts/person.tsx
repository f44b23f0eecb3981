import type { ReactElement } from 'react';
import type { PersonSummary } from '../api/views';
import { day, longDate } from '../words/dates';
import { language, nhsNumber, unshouted } from '../words/words';
import { Tag } from './tag';

/** Who this is, in one line each: enough to be sure it is the right person before anything is done. */
export function PersonFacts({ person }: { person: PersonSummary }): ReactElement {
  return (
    <dl className="facts">
      <Fact name="Born" value={`${longDate(person.born)} (${person.age})`} />
      <Fact name="NHS number" value={person.nhsNumber === null ? 'none recorded' : nhsNumber(person.nhsNumber)} />
      <Fact name="Speaks" value={language(person.language)} />
      <Fact name="Phone" value={person.phone} />
      <Fact name="Practice" value={person.practice === null ? null : unshouted(person.practice)} />
      <Fact name="Lives in" value={person.area} />
    </dl>
  );
}

export function Fact({ name, value }: { name: string; value: string | null }): ReactElement | null {
  return value === null || value === '' ? null : (
    <div>
      <dt>{name}</dt> <dd>{value}</dd>
    </div>
  );
}

/** What must be known before anyone gets in touch. */
export function PersonWarnings({ person }: { person: PersonSummary }): ReactElement | null {
  if (person.diedOn === null && person.movedAwayOn === null && !person.addressProtected) return null;
  return (
    <div className="alert">
      {person.diedOn === null ? null : (
        <p>
          <strong>Died {day(person.diedOn)}.</strong> Nothing more is sent and nobody needs to call.
        </p>
      )}
      {person.movedAwayOn === null ? null : (
        <p>
          <strong>Moved away {day(person.movedAwayOn)}.</strong> Another area looks after this person now.
        </p>
      )}
      {person.addressProtected ? (
        <p>
          <Tag tone="amber">Address protected</Tag> The address is not shown. Do not say where this person lives.
        </p>
      ) : null}
    </div>
  );
}

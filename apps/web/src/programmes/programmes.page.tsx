import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import type { ProgrammeSummary } from '../api/views';
import { Empty, Loaded } from '../parts/loaded';
import { Page } from '../parts/page';
import { plural } from '../words/dates';
import { count, sentence } from '../words/words';

/** What runs here: each programme, whom it is for and how many it concerns. */
export function ProgrammesPage({ api }: { api: Pick<Fairway, 'programmes'> }): ReactElement {
  const query = useQuery({ queryKey: ['programmes'], queryFn: api.programmes });
  return (
    <Page title="Programmes" lede="Each finds people who would benefit from one kind of help, and sees it through.">
      <Loaded query={query} what="the programmes">
        {(programmes) =>
          programmes.length === 0 ? (
            <Empty title="No programme is live">
              <p>Programmes are files: load them from the command line with “fairway seed”.</p>
            </Empty>
          ) : (
            <ul className="grid two plain">
              {programmes.map((programme) => (
                <Summary key={programme.programme} programme={programme} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Page>
  );
}

function Summary({ programme }: { programme: ProgrammeSummary }): ReactElement {
  const unverified = programme.sources.filter((source) => !source.verified).length;
  return (
    <li className="card">
      <h2>
        <Link to="/programmes/$key" params={{ key: programme.programme }}>
          {programme.title}
        </Link>
      </h2>
      <p className="sub">
        Version {programme.version} · {sentence(programme.area)} · {plural(programme.sources.length, 'source')}
        {unverified === 0 ? '' : `, ${unverified} not verified`}
      </p>
      <p>{programme.summary}</p>
      <dl className="numbers">
        <Number name="Can be let in" value={programme.counts.actionable} />
        <Number name="Not now" value={programme.counts.notActionable} />
        <Number name="Under way" value={programme.counts.open} />
        <Number name="Ended" value={programme.counts.ended} />
      </dl>
    </li>
  );
}

export function Number({ name, value }: { name: string; value: number }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{count(value)}</dd>
    </div>
  );
}

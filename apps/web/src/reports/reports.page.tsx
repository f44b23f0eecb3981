import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import { Empty, Loaded } from '../parts/loaded';
import { Page } from '../parts/page';
import { count } from '../words/words';

/** The way in: one report a programme. */
export function ReportsPage({ api }: { api: Pick<Fairway, 'programmes'> }): ReactElement {
  const query = useQuery({ queryKey: ['programmes'], queryFn: api.programmes });
  return (
    <Page
      title="Reports"
      lede="What each programme achieved, for whom, and where the gap opens. Nobody can be picked out of them."
    >
      <Loaded query={query} what="the reports">
        {(programmes) =>
          programmes.length === 0 ? (
            <Empty title="No programme is live yet">
              <p>A report appears here for each programme.</p>
            </Empty>
          ) : (
            <ul className="grid two plain">
              {programmes.map(({ programme, title, summary, counts }) => (
                <li className="card" key={programme}>
                  <h2>
                    <Link to="/reports/$key" params={{ key: programme }}>
                      {title}
                    </Link>
                  </h2>
                  <p>{summary}</p>
                  <p className="quiet">
                    {count(counts.open)} under way, {count(counts.ended)} ended
                  </p>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Page>
  );
}

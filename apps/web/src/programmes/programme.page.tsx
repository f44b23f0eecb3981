import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Fairway } from '../api/fairway';
import type { ProgrammeView } from '../api/views';
import { Loaded } from '../parts/loaded';
import { Page } from '../parts/page';
import { PriorityParts } from '../parts/reasons';
import { Tag } from '../parts/tag';
import { useMay } from '../shell/session';
import { day } from '../words/dates';
import { sentence } from '../words/words';
import { Number } from './programmes.page';
import { StepList } from './step-list';
import { inWords, type Pathway } from './steps';

/** One programme: the rule in plain words, what it rests on, and what happens to someone who is let in. */
export function ProgrammePage({
  api,
  programme,
}: {
  api: Pick<Fairway, 'programme'>;
  programme: string;
}): ReactElement {
  const query = useQuery({ queryKey: ['programmes', programme], queryFn: () => api.programme(programme) });
  return query.data === undefined ? (
    <Page title="Programme">
      <Loaded query={query} what="the programme">
        {() => null}
      </Loaded>
    </Page>
  ) : (
    <Ready programme={query.data} />
  );
}

function Ready({ programme }: { programme: ProgrammeView }): ReactElement {
  const mayReport = useMay('reports:read');
  const mayMove = useMay('programmes:move');
  return (
    <Page
      title={programme.title}
      beside={<Tag tone="green">Version {programme.version}, live</Tag>}
      lede={programme.summary}
    >
      <p className="sub">
        {sentence(programme.area)} · purpose: {sentence(programme.purpose).toLowerCase()} · loaded{' '}
        {day(programme.loadedAt)}
        {mayReport ? (
          <>
            {' · '}
            <Link to="/reports/$key" params={{ key: programme.programme }}>
              See what it achieved
            </Link>
          </>
        ) : null}
        {mayMove ? (
          <>
            {' · '}
            <Link to="/programmes/$key/moves" params={{ key: programme.programme }}>
              Move people to another version
            </Link>
          </>
        ) : null}
      </p>
      <div className="grid two">
        <div>
          <section className="card" aria-labelledby="who">
            <h2 id="who">Who it is for</h2>
            <p className="sub">In plain words, read back from the rule</p>
            <ul className="plain-rule">
              {programme.plainRule.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
            <h3 className="s">Not now</h3>
            <ul className="plain-rule">
              {programme.notNow.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
            <h3 className="s">Not found any more once</h3>
            <ul className="plain-rule">
              {programme.leavesIf.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
            <h3 className="s">Who comes first</h3>
            <PriorityParts parts={programme.priority} />
          </section>
          <section className="card" aria-labelledby="now">
            <h2 id="now">Now</h2>
            <dl className="numbers">
              <Number name="Can be let in" value={programme.counts.actionable} />
              <Number name="Not now" value={programme.counts.notActionable} />
              <Number name="Under way" value={programme.counts.open} />
              <Number name="Ended" value={programme.counts.ended} />
            </dl>
          </section>
          <Examples programme={programme} />
        </div>
        <div>
          <section className="card pathway-card" aria-labelledby="steps">
            <h2 id="steps">What happens, step by step</h2>
            <p className="sub">
              For each person let in. Any step is left at once when they die, move away or ask us to stop.
            </p>
            <Leaving leaves={programme.leaves} />
            {/* The description keeps a step open, since each kind has parts of its own. */}
            <StepList steps={inWords(programme.pathway as unknown as Pathway)} />
          </section>
          <Sources programme={programme} />
        </div>
      </div>
    </Page>
  );
}

function Leaving({ leaves }: { leaves: ProgrammeView['leaves'] }): ReactElement | null {
  if (leaves === null) return null;
  return (
    <div className="step-lines">
      <p>Also left once new data says so{leaves.onceHelped === 'finish' ? ', unless help is under way' : ''}</p>
      <ul>
        {leaves.needMet.map((line) => (
          <li key={line}>The need is met for people {line}</li>
        ))}
        {leaves.stillFor.map((line) => (
          <li key={line}>It stays for people {line}</li>
        ))}
      </ul>
    </div>
  );
}

function Examples({ programme }: { programme: ProgrammeView }): ReactElement | null {
  if (programme.examples.length === 0) return null;
  const right = programme.examples.filter((example) => example.ok).length;
  return (
    <section className="card" aria-labelledby="examples">
      <h2 id="examples">
        Example people{' '}
        <Tag tone={right === programme.examples.length ? 'green' : 'red'}>
          {right} of {programme.examples.length} as expected
        </Tag>
      </h2>
      <table className="x">
        <thead>
          <tr>
            <th scope="col">Invented person</th>
            <th scope="col">The rule says</th>
          </tr>
        </thead>
        <tbody>
          {programme.examples.map((example) => {
            const [answer = '', ...because] = example.found.split(', ');
            return (
              <tr key={example.title}>
                <td>{example.title}</td>
                <td>
                  <Tag tone={example.ok ? (answer === 'actionable' ? 'green' : 'grey') : 'red'}>{sentence(answer)}</Tag>
                  <span className="src">{because.join(', ')}</span>
                  {example.ok ? null : <span className="src">Expected: {example.expected}</span>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Sources({ programme }: { programme: ProgrammeView }): ReactElement {
  return (
    <section className="card" aria-labelledby="sources">
      <h2 id="sources">What it rests on</h2>
      <p className="sub">Verified: we read it at the source. Not verified: we believe it and have not.</p>
      <ul className="sources">
        {programme.sources.map((source) => (
          <li key={source.title}>
            <Tag tone={source.verified ? 'green' : 'amber'}>{source.verified ? 'Verified' : 'Not verified'}</Tag>{' '}
            {source.url === null ? (
              source.title
            ) : (
              <a href={source.url} rel="noreferrer">
                {source.title}
              </a>
            )}
            {source.read === null ? null : (
              <span className="src">
                {source.verified ? 'Read' : 'Looked for'} {day(source.read)}
              </span>
            )}
            {source.note === null ? null : <span className="src">{source.note}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

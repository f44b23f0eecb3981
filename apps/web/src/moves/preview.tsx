import type { ReactElement } from 'react';
import type { MovePreview } from '../api/views';
import { plural } from '../words/dates';
import { count } from '../words/words';
import { sayBecause } from './words';

/** Who can move and where they would go on, who cannot and why, and what happens to what is open. */
export function Preview({
  preview,
  onMap,
}: {
  preview: MovePreview;
  onMap: (step: string, toStep: string) => void;
}): ReactElement {
  const { steps, stays, canMove, landings } = preview;
  const staying = stays.reduce((sum, { count: some }) => sum + some, 0);
  if (steps.length === 0 && staying === 0) return <p>Nobody is on their way in this version.</p>;
  return (
    <>
      <p role="status">
        <strong>{plural(canMove, 'person', 'people')}</strong> can move
        {staying === 0 ? '.' : `, ${count(staying)} cannot.`}
      </p>
      <table className="x stack step-moves">
        <caption className="hidden-text">Where people are now, and where they would go on</caption>
        <thead>
          <tr>
            <th scope="col">They are at</th>
            <th scope="col" className="r">
              Can move
            </th>
            <th scope="col">They would go on at</th>
            <th scope="col">What is open there</th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={step.step}>
              <th scope="row" data-name="They are at">
                {step.title}
              </th>
              <td className="r" data-name="Can move">
                {count(step.canMove)}
              </td>
              <td data-name="They would go on at" className="step-choice">
                <select
                  aria-label={`Where those at “${step.title}” would go on`}
                  value={step.toStep ?? ''}
                  onChange={(event) => onMap(step.step, event.target.value)}
                >
                  {step.toStep === null ? <option value="">Nowhere: they stay</option> : null}
                  {landings.map(({ step: id, title }) => (
                    <option key={id} value={id}>
                      {title}
                    </option>
                  ))}
                </select>
              </td>
              <td data-name="What is open there">
                {step.toStep === null ? 'Stays as it is' : step.same ? 'Is kept' : 'Is cancelled or withdrawn'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {stays.length === 0 ? null : (
        <>
          <h3 className="s">Who cannot move, and why</h3>
          <ul className="reasons">
            {stays.map(({ because, count: some, examples }) => (
              <li key={because}>
                {count(some)}: {sayBecause(because)}
                <Examples ids={examples} of={some} />
              </li>
            ))}
          </ul>
        </>
      )}
      <h3 className="s">What happens to what is open</h3>
      <Work work={preview.work} />
    </>
  );
}

function Work({ work: { task, referral, message } }: Pick<MovePreview, 'work'>): ReactElement {
  const rows = [
    ['Open tasks', task, 'cancelled'],
    ['Open referrals', referral, 'withdrawn'],
    ['Messages waiting for an answer', message, 'no longer waited for: an answer is kept, and leads nowhere'],
  ] as const;
  return (
    <dl className="parts">
      {rows.map(([name, { kept, ended }, how]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {kept + ended === 0
              ? 'none'
              : [kept > 0 && `${count(kept)} kept`, ended > 0 && `${count(ended)} ${how}`].filter(Boolean).join(', ')}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Episodes by their ids: enough to look one up, and nothing about a person. */
export function Examples({ ids, of }: { ids: readonly string[]; of: number }): ReactElement | null {
  if (ids.length === 0) return null;
  return (
    <details>
      <summary>{ids.length < of ? `${ids.length} of them, by their ids` : 'Their ids'}</summary>
      <ul className="ids">
        {ids.map((id) => (
          <li key={id}>{id}</li>
        ))}
      </ul>
    </details>
  );
}

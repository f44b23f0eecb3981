import type { ReactElement } from 'react';
import type { PriorityPart, Reason } from '../api/views';
import { ago, day } from '../words/dates';
import { sentence } from '../words/words';

/** Why this person: each reason with where it comes from and how old it is. */
export function Reasons({ reasons, leavesIf }: { reasons: Reason[]; leavesIf?: string[] }): ReactElement {
  return (
    <>
      {reasons.length === 0 ? <p className="quiet">No reasons were recorded.</p> : null}
      <ul className="reasons">
        {reasons.map((reason) => (
          <li key={`${reason.text} ${reason.at}`}>
            {reason.text}
            <span className="src">
              {[
                reason.source === null ? null : sentence(reason.source),
                reason.at === null ? null : `${day(reason.at)} (${ago(reason.at)})`,
              ]
                .filter(Boolean)
                .join(', ')}
            </span>
          </li>
        ))}
      </ul>
      {leavesIf && leavesIf.length > 0 ? (
        <p className="quiet">Would leave this programme if: {leavesIf.join(', ')}.</p>
      ) : null}
    </>
  );
}

/** The points behind the order on the worklist, and what each is for. */
export function PriorityParts({ parts }: { parts: PriorityPart[] }): ReactElement {
  if (parts.length === 0) return <p className="quiet">Nothing adds to it.</p>;
  return (
    <dl className="parts">
      {parts.map((part) => (
        <div key={part.because}>
          <dt>{part.because}</dt>
          <dd>{part.points > 0 ? `+${part.points}` : part.points}</dd>
        </div>
      ))}
    </dl>
  );
}

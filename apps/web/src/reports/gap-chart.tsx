import type { ReactElement } from 'react';
import type { Crossing } from './gap';

const HEIGHT = 30;
const MIDDLE = HEIGHT / 2;
const MARKS = [0, 25, 50, 75, 100];
type Share = NonNullable<Crossing['most']>;

/** Two marks a stage: how many of the most and of the least deprived fifth went on. The table beside it says the same. */
export function GapChart({
  crossings,
  widest,
}: {
  crossings: readonly Crossing[];
  widest: Crossing | null;
}): ReactElement {
  return (
    <div className="gap-chart">
      {crossings.map((crossing) => (
        <div key={crossing.to} className="gap-row">
          <span className="gap-name" aria-hidden="true">
            {crossing.from} → {crossing.to}
          </span>
          <svg role="img" aria-label={spoken(crossing)} width="100%" height={HEIGHT} focusable="false">
            {MARKS.map((mark) => (
              <line key={mark} className="gap-grid" x1={`${mark}%`} x2={`${mark}%`} y1={0} y2={HEIGHT} />
            ))}
            {crossing.most && crossing.least ? (
              <line
                className={crossing === widest ? 'gap-between widest' : 'gap-between'}
                x1={`${crossing.most.percent}%`}
                x2={`${crossing.least.percent}%`}
                y1={MIDDLE}
                y2={MIDDLE}
              />
            ) : null}
            <Whisker share={crossing.most} className="most" y={MIDDLE - 3} />
            <Whisker share={crossing.least} className="least" y={MIDDLE + 3} />
            {crossing.least ? (
              <svg x={`${crossing.least.percent}%`} y={MIDDLE} overflow="visible">
                <rect className="least" x={-6} y={-6} width={12} height={12} />
              </svg>
            ) : null}
            {crossing.most ? <circle className="most" cx={`${crossing.most.percent}%`} cy={MIDDLE} r={7} /> : null}
          </svg>
          {crossing.most === null && crossing.least === null ? (
            <span className="gap-none">Too few people to show</span>
          ) : null}
        </div>
      ))}
      <div className="gap-axis" aria-hidden="true">
        {MARKS.map((mark) => (
          <span key={mark}>{mark}%</span>
        ))}
      </div>
    </div>
  );
}

function Whisker({ share, className, y }: { share: Share | null; className: string; y: number }): ReactElement | null {
  return share === null ? null : (
    <line className={`whisker ${className}`} x1={`${share.low}%`} x2={`${share.high}%`} y1={y} y2={y} />
  );
}

function spoken({ from, to, most, least }: Crossing): string {
  const say = (share: Share | null): string => (share === null ? 'hidden' : `${share.percent.toFixed(0)} per cent`);
  return `${from} to ${to}: most deprived fifth ${say(most)}, least deprived fifth ${say(least)}`;
}

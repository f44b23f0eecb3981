import { createContext, useContext, useId, type ReactElement, type ReactNode } from 'react';
import { amount, fits, type Level, namedWeeks, type Series, spoken, ticks } from './chart';

const HEIGHT = 150;
/** Of the width of a week, left free beside its bars. */
const FREE = 0.24;
const FILLS = ['first', 'second', 'third', 'fourth'] as const;

/** Bars and marks over the weeks of a run, drawn to a scale that may be shared with another run's. */
export function WeekChart({
  series,
  unit,
  level,
  most: shared = 0,
}: {
  series: readonly Series[];
  /** As in "hours". */
  unit: string;
  level?: Level;
  /** The largest value of the chart beside it. */
  most?: number;
}): ReactElement {
  const hatch = useId();
  const highest = Math.max(shared, ...series.flatMap(({ values }) => values));
  const line = fits(level, highest) ? level : null;
  const steps = ticks(Math.max(highest, line?.value ?? 0));
  const top = steps.at(-1) ?? 1;
  const weeks = series[0]?.values.length ?? 0;
  const y = (value: number): number => HEIGHT - (value / top) * HEIGHT;
  const bars = series.filter(({ as }) => as === 'bars');
  const slot = 100 / Math.max(weeks, 1);
  const wide = (slot * (1 - FREE)) / Math.max(bars.length, 1);
  return (
    <div className="week-chart">
      <Legend series={series} level={line} hatch={hatch} />
      <div className="week-plot">
        <div className="week-steps" aria-hidden="true">
          {steps.map((step) => (
            <span key={step} style={{ bottom: `${(step / top) * 100}%` }}>
              {amount(step)}
            </span>
          ))}
        </div>
        <svg role="img" aria-label={spoken(series, unit)} width="100%" height={HEIGHT} focusable="false">
          <Hatch id={hatch} />
          {steps.map((step) => (
            <line key={step} className="week-grid" x1="0" x2="100%" y1={y(step)} y2={y(step)} />
          ))}
          {bars.map(({ name, values }, place) =>
            values.map((value, week) => (
              <rect
                key={`${name} ${week}`}
                className={`week-bar ${FILLS[series.findIndex((one) => one.name === name)] ?? 'first'}`}
                style={place === 2 ? { fill: `url(#${hatch})` } : undefined}
                x={`${slot * week + (slot * FREE) / 2 + wide * place}%`}
                width={`${wide}%`}
                y={y(value)}
                height={HEIGHT - y(value)}
              />
            )),
          )}
          {series
            .filter(({ as }) => as === 'marks')
            .map(({ name, values }) => (
              <g key={name} className="week-marks">
                {values.slice(1).map((value, before) => (
                  <line
                    key={before}
                    x1={`${slot * (before + 0.5)}%`}
                    y1={y(values[before] ?? 0)}
                    x2={`${slot * (before + 1.5)}%`}
                    y2={y(value)}
                  />
                ))}
                {values.map((value, week) => (
                  <circle key={week} cx={`${slot * (week + 0.5)}%`} cy={y(value)} r={3.5} />
                ))}
              </g>
            ))}
          {line ? <line className="week-level" x1="0" x2="100%" y1={y(line.value)} y2={y(line.value)} /> : null}
        </svg>
        <div className="week-names" aria-hidden="true">
          {namedWeeks(weeks).map((week) => (
            <span key={week} style={{ left: `${slot * (week - 0.5)}%` }}>
              {week}
            </span>
          ))}
        </div>
      </div>
      <p className="week-axis" aria-hidden="true">
        Week
      </p>
      {level && !line ? (
        <p className="quiet">
          {level.name}: {amount(level.value)} {unit} a week, beyond the top of this chart.
        </p>
      ) : null}
    </div>
  );
}

function Hatch({ id }: { id: string }): ReactElement {
  return (
    <defs>
      <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" className="hatch-ground" />
        <line x1="0" y1="0" x2="0" y2="6" className="hatch-line" />
      </pattern>
    </defs>
  );
}

function Legend({
  series,
  level,
  hatch,
}: {
  series: readonly Series[];
  level: Level | null;
  hatch: string;
}): ReactElement | null {
  if (series.length < 2 && !level) return null;
  const bars = series.filter(({ as }) => as === 'bars');
  return (
    <p className="week-legend">
      {series.map((one, place) => (
        <span key={one.name}>
          <svg width={16} height={12} aria-hidden="true" focusable="false">
            {one.as === 'marks' ? (
              <g className="week-marks">
                <line x1={0} x2={16} y1={6} y2={6} />
                <circle cx={8} cy={6} r={3.5} />
              </g>
            ) : (
              <rect
                className={`week-bar ${FILLS[place] ?? 'first'}`}
                style={bars.indexOf(one) === 2 ? { fill: `url(#${hatch})` } : undefined}
                x={1}
                y={1}
                width={14}
                height={10}
              />
            )}
          </svg>{' '}
          {one.name}
        </span>
      ))}
      {level ? (
        <span>
          <svg width={16} height={12} aria-hidden="true" focusable="false">
            <line className="week-level" x1={0} x2={16} y1={6} y2={6} />
          </svg>{' '}
          {level.name} ({amount(level.value)})
        </span>
      ) : null}
    </p>
  );
}

/** Which of two runs beside each other is meant; empty for one alone. */
export const WhichRun = createContext('');

/** A name that tells the parts of two runs apart. */
export function useNameOfPart(name: string): string {
  const run = useContext(WhichRun);
  return run === '' ? name : `${name}, ${run} run`;
}

export interface Column {
  readonly name: string;
  readonly values: readonly (number | string)[];
}

/** The figures behind a chart; closed until somebody wants them, and always on paper. */
export function Behind({
  caption,
  first,
  rows,
  columns,
}: {
  caption: string;
  /** The heading of the first column. */
  first: string;
  rows: readonly string[];
  columns: readonly Column[];
}): ReactElement {
  return (
    <details className="behind">
      <summary>
        The same as a table<span className="hidden-text">: {caption}</span>
      </summary>
      <FigureTable caption={caption} first={first} rows={rows} columns={columns} />
    </details>
  );
}

export function FigureTable({
  caption,
  first,
  rows,
  columns,
  foot,
}: {
  caption: string;
  first: string;
  rows: readonly string[];
  columns: readonly Column[];
  foot?: ReactNode;
}): ReactElement {
  const name = useNameOfPart(caption);
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={name}>
      <table className="x figures-table">
        <caption className="hidden-text">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            {columns.map(({ name }) => (
              <th key={name} scope="col" className="r">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {columns.map(({ name, values }) => {
                const value = values[place] ?? '';
                return (
                  <td key={name} className="r">
                    {typeof value === 'number' ? amount(value) : value}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {foot}
    </div>
  );
}

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, type FormEvent, type ReactElement, type ReactNode } from 'react';
import type { Fairway } from '../api/fairway';
import type { Report, ReportRow } from '../api/views';
import { Empty, Loaded } from '../parts/loaded';
import { Page } from '../parts/page';
import { Tag } from '../parts/tag';
import { longDate } from '../words/dates';
import { groupEndings, hours, shown } from './course';
import { crossings, widest } from './gap';
import { GapChart } from './gap-chart';

export interface ReportSearch {
  from?: string;
  to?: string;
}

/** What a programme achieved, where the gap opens, and the same as a table. */
export function ReportPage({
  api,
  programme,
  search,
}: {
  api: Pick<Fairway, 'report'>;
  programme: string;
  search: ReportSearch;
}): ReactElement {
  const query = useQuery({
    queryKey: ['report', programme, search],
    queryFn: () => api.report(programme, search),
    placeholderData: keepPreviousData,
  });
  if (query.data === undefined) {
    return (
      <Page title="Report">
        <Loaded query={query} what="the report">
          {() => null}
        </Loaded>
      </Page>
    );
  }
  return <Ready report={query.data} search={search} busy={query.isPlaceholderData} />;
}

function Ready({ report, search, busy }: { report: Report; search: ReportSearch; busy: boolean }): ReactElement {
  const list = crossings(report);
  const worst = widest(list);
  const counted = report.total.cells.some((cell) => cell.count !== 0);
  return (
    <Page
      title={report.title}
      beside={report.demoHistory ? <Tag tone="demo">Holds demo history</Tag> : null}
      lede={`People let in from ${longDate(report.period.from)} to ${longDate(report.period.to)}`}
    >
      <Period key={`${report.period.from} ${report.period.to}`} report={report} />
      <div aria-busy={busy}>
        {counted ? (
          <>
            <KeyFigures report={report} />
            <div className="grid report">
              <div>
                <section className="card" aria-labelledby="gap">
                  <h2 id="gap">Where the gap opens</h2>
                  <p className="sub">
                    Share going on to the next stage: <Key className="most" /> <strong>most deprived fifth</strong>,{' '}
                    <Key className="least" /> <strong>least deprived fifth</strong>. Thin lines are 95% intervals.{' '}
                    {worst === null ? (
                      'The most deprived fifth is not clearly behind at any stage.'
                    ) : (
                      <>
                        The gap opens most from{' '}
                        <strong className="over">
                          {worst.from.toLowerCase()} to {worst.to.toLowerCase()}
                        </strong>
                        .
                      </>
                    )}
                  </p>
                  <GapChart crossings={list} widest={worst} />
                </section>
                <section className="card" aria-labelledby="by-sex">
                  <h2 id="by-sex">By sex</h2>
                  <p className="sub">People, by recorded sex</p>
                  <ReportTable report={report} rows={report.bySex} caption="People at each stage by sex" />
                </section>
                <Clocks report={report} />
              </div>
              <div>
                <section className="card" aria-labelledby="table">
                  <h2 id="table">The same as a table</h2>
                  <p className="sub">People, by deprivation fifth of home area</p>
                  <ReportTable
                    report={report}
                    rows={report.byQuintile}
                    caption="People at each stage by deprivation fifth"
                  />
                  <p className="quiet">{report.suppression}</p>
                  <Downloads report={report} search={search} />
                </section>
                <Endings report={report} />
              </div>
            </div>
          </>
        ) : (
          <Empty title="Nobody was let in during these dates">
            <p>Choose a longer period.</p>
          </Empty>
        )}
      </div>
      <p className="prov">{report.provenance}</p>
    </Page>
  );
}

function Period({ report }: { report: Report }): ReactElement {
  const navigate = useNavigate();
  const from = useRef<HTMLInputElement>(null);
  const to = useRef<HTMLInputElement>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void navigate({
      to: '/reports/$key',
      params: { key: report.programme },
      search: { from: from.current?.value || undefined, to: to.current?.value || undefined },
    });
  };
  return (
    <form className="filters no-print" onSubmit={submit}>
      <label>
        Let in from
        <input ref={from} type="date" defaultValue={report.period.from} required />
      </label>
      <label>
        to
        <input ref={to} type="date" defaultValue={report.period.to} required />
      </label>
      <button type="submit" className="btn q">
        Show
      </button>
    </form>
  );
}

function KeyFigures({ report }: { report: Report }): ReactElement {
  const last = report.stages.length - 1;
  const good = report.total.cells[last];
  const stage = report.stages[last];
  const before = report.total.cells[last - 1];
  const reached = report.total.cells[report.stages.findIndex(({ key }) => key === 'reached')];
  const { inequality } = report;
  return (
    <div className="figures">
      <Figure name={stage?.title ?? ''} value={good?.text ?? '*'}>
        of {before?.text ?? '*'} who got as far as {report.stages[last - 1]?.title.toLowerCase()}
      </Figure>
      <Figure
        name={`${stage?.title ?? ''}, share`}
        value={good?.ofPrevious ? `${good.ofPrevious.percent.toFixed(1)}%` : 'hidden'}
      >
        {good?.ofPrevious
          ? `95% interval ${good.ofPrevious.low.toFixed(1)} to ${good.ofPrevious.high.toFixed(1)}`
          : 'Too few people to show'}
      </Figure>
      {reached ? (
        <Figure
          name="Reached, of all found"
          value={reached.ofFound ? `${reached.ofFound.percent.toFixed(1)}%` : 'hidden'}
        >
          {reached.text} of {report.total.cells[0]?.text} people
        </Figure>
      ) : null}
      <Figure
        name={`Gap, most to least deprived: ${inequality.title.toLowerCase()}, of all found`}
        value={inequality.gapPoints ? `${inequality.gapPoints.value.toFixed(1)} points` : 'not known'}
      >
        {inequality.gapPoints
          ? `95% interval ${inequality.gapPoints.low.toFixed(1)} to ${inequality.gapPoints.high.toFixed(1)}; above 0, the most deprived fifth is behind`
          : inequality.why}
        {inequality.sii ? (
          <>
            <br />
            Slope index over all five fifths: {inequality.sii.value.toFixed(1)} points
          </>
        ) : null}
      </Figure>
    </div>
  );
}

function Figure({ name, value, children }: { name: string; value: string; children: ReactNode }): ReactElement {
  return (
    <div className="card figure">
      <p className="name">{name}</p>
      <p className="value">{value}</p>
      <p className="quiet">{children}</p>
    </div>
  );
}

function Key({ className }: { className: 'most' | 'least' }): ReactElement {
  return (
    <svg className="key" width={14} height={14} viewBox="-7 -7 14 14" aria-hidden="true" focusable="false">
      {className === 'most' ? (
        <circle className="most" r={6} />
      ) : (
        <rect className="least" x={-6} y={-6} width={12} height={12} />
      )}
    </svg>
  );
}

/** Stages down the side; a group a column, and everyone last. A group with nobody in it at any stage is left out. */
function ReportTable({ report, rows, caption }: { report: Report; rows: ReportRow[]; caption: string }): ReactElement {
  const columns = [...rows.filter((row) => row.cells.some((cell) => cell.count !== 0)), report.total];
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={caption}>
      <table className="x figures-table">
        <caption className="hidden-text">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Stage</th>
            {columns.map((row) => (
              <th key={row.key} scope="col" className="r">
                {row.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {report.stages.map((stage, index) => (
            <tr key={stage.key}>
              <th scope="row">{stage.title}</th>
              {columns.map((row) => (
                <td key={row.key} className="r">
                  {row.cells[index]?.text ?? '*'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Every way an episode can end, exits told apart, whether anybody took it or not. */
function Endings({ report }: { report: Report }): ReactElement {
  return (
    <section className="card" aria-labelledby="endings">
      <h2 id="endings">How it ended</h2>
      <p className="sub">Episodes, each exit told apart</p>
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Episodes by how they ended">
        <table className="x figures-table">
          <caption className="hidden-text">Episodes by how they ended</caption>
          <thead>
            <tr>
              <th scope="col">Ending</th>
              <th scope="col" className="r">
                Episodes
              </th>
            </tr>
          </thead>
          {groupEndings(report.endings).map(({ title, endings }) => (
            <tbody key={title}>
              <tr className="rowgroup">
                <th scope="rowgroup" colSpan={2}>
                  {title}
                </th>
              </tr>
              {endings.map((ending) => (
                <tr key={ending.key}>
                  <th scope="row">{ending.title}</th>
                  <td className="r">{ending.text}</td>
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
      <p className="quiet">
        Leaving is nobody’s failure. Of those who left, only “We met the need” counts as a good outcome.
      </p>
    </section>
  );
}

/** Whose time ran in these episodes, and what was late enough to reach the programme manager. */
function Clocks({ report }: { report: Report }): ReactElement {
  return (
    <section className="card" aria-labelledby="clocks">
      <h2 id="clocks">Whose time has run</h2>
      <p className="sub">Working hours where the person lives; a working day has eight</p>
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Working hours by whose time ran">
        <table className="x figures-table">
          <caption className="hidden-text">Working hours by whose time ran</caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col" className="r">
                Episodes
              </th>
              <th scope="col" className="r">
                Hours in all
              </th>
              <th scope="col" className="r">
                Median hours
              </th>
            </tr>
          </thead>
          <tbody>
            {report.clocks.map((clock) => (
              <tr key={clock.clock}>
                <th scope="row">{clock.title}</th>
                <td className="r">{shown(clock)}</td>
                <td className="r">{hours(clock.totalHours)}</td>
                <td className="r">{hours(clock.medianHours)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        Open tasks raised as far as the programme manager: <strong>{report.raisedToManager.text}</strong>
      </p>
    </section>
  );
}

function Downloads({ report, search }: { report: Report; search: ReportSearch }): ReactElement {
  const dates = new URLSearchParams(
    Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  const query = dates.size === 0 ? '' : `?${dates}`;
  return (
    <div className="btns no-print">
      <a className="btn q" href={`/api/reports/${report.programme}.csv${query}`} download>
        CSV
      </a>
      <a className="btn q" href={`/api/reports/${report.programme}${query}`} download={`${report.programme}.json`}>
        JSON
      </a>
      <button type="button" className="btn q" onClick={() => window.print()}>
        Print
      </button>
    </div>
  );
}

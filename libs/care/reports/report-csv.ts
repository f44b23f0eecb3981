import { stringify } from 'csv-stringify/sync';
import type { ProgrammeReport, ReportRow } from './programme-report.js';

const COLUMNS = [
  'programme',
  'from',
  'to',
  'group',
  'level',
  'stage',
  'count',
  'percent_of_stage_before',
  'low_95',
  'high_95',
  'percent_of_found',
  'how_made',
] as const;

/** One line a published count; the same figures as the page, hidden where it hides them. */
export function reportCsv(report: ProgrammeReport): string {
  const lines = (group: string, row: ReportRow): unknown[][] =>
    row.cells.map((cell, stage) => [
      report.title,
      report.period.from,
      report.period.to,
      group,
      row.title,
      report.stages[stage]?.title,
      cell.count ?? '*',
      cell.ofPrevious?.percent,
      cell.ofPrevious?.low,
      cell.ofPrevious?.high,
      cell.ofFound?.percent,
      `${report.provenance}. ${report.suppression}`,
    ]);
  const work = (group: string, level: string, stage: string, count: number | null): unknown[] => [
    ...[report.title, report.period.from, report.period.to, group, level, stage, count ?? '*', null, null, null, null],
    `${report.provenance}. ${report.suppression}`,
  ];
  return stringify(
    [
      ...lines('Everyone', report.total),
      ...report.byQuintile.flatMap((row) => lines('Deprivation fifth of home area', row)),
      ...report.bySex.flatMap((row) => lines('Sex', row)),
      ...report.endings.map(({ title, exit, count }) => work(exit ? 'Left' : 'How it ended', title, 'Episodes', count)),
      ...report.clocks.flatMap(({ title, episodes, totalHours, medianHours }) => [
        work('Working hours', title, 'Episodes', episodes),
        work('Working hours', title, 'In all', totalHours),
        work('Working hours', title, 'Median of an episode', medianHours),
      ]),
      work('Open tasks', 'Raised to the programme manager', 'Tasks', report.raisedToManager.count),
    ],
    { header: true, columns: [...COLUMNS], escape_formulas: true },
  );
}

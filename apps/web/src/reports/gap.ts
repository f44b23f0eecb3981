import type { Report, ReportRow } from '../api/views';

type Share = NonNullable<ReportRow['cells'][number]['ofPrevious']>;

/** How many went on from one stage to the next, in the most and the least deprived fifth. */
export interface Crossing {
  readonly from: string;
  readonly to: string;
  readonly most: Share | null;
  readonly least: Share | null;
  /** In percentage points; above 0 when the most deprived fifth falls behind. Null when either is hidden. */
  readonly gap: number | null;
}

/** Each step from a stage to the next, for the most against the least deprived fifth. */
export function crossings(report: Pick<Report, 'stages' | 'byQuintile'>): Crossing[] {
  const most = report.byQuintile.find((row) => row.key === '1');
  const least = report.byQuintile.find((row) => row.key === '5');
  return report.stages.slice(1).map((stage, index) => {
    const at = index + 1;
    const one = most?.cells[at]?.ofPrevious ?? null;
    const other = least?.cells[at]?.ofPrevious ?? null;
    return {
      from: report.stages[index]?.title ?? '',
      to: stage.title,
      most: one,
      least: other,
      gap: one === null || other === null ? null : other.percent - one.percent,
    };
  });
}

/**
 * Where the most deprived fifth falls furthest behind, among the gaps that are clear: the two 95% intervals do not meet.
 * Null when there is none.
 */
export function widest(list: readonly Crossing[]): Crossing | null {
  const clear = list.filter(({ most, least }) => most !== null && least !== null && most.high < least.low);
  return clear.reduce<Crossing | null>((best, one) => ((one.gap ?? 0) > (best?.gap ?? 0) ? one : best), null);
}

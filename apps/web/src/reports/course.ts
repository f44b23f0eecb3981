import type { Report } from '../api/views';

type Ending = Report['endings'][number];
type Clock = Report['clocks'][number];

export interface EndingGroup {
  readonly title: string;
  readonly endings: readonly Ending[];
}

/** Who is still under way, who reached an end of the pathway, and who left it from outside, each told apart. */
export function groupEndings(endings: readonly Ending[]): EndingGroup[] {
  const underWay = endings.filter(({ key, exit }) => key === 'open' && !exit);
  const reached = endings.filter(({ key, exit }) => key !== 'open' && !exit);
  return [
    { title: 'Not ended', endings: underWay },
    { title: 'Came to an end of the pathway', endings: reached },
    { title: 'Left before it ended', endings: endings.filter(({ exit }) => exit) },
  ].filter((group) => group.endings.length > 0);
}

/** Working hours as they may be shown: a star where too few episodes had any. */
export function hours(amount: number | null): string {
  return amount === null ? '*' : amount.toLocaleString('en-GB', { maximumFractionDigits: 1 });
}

/** A count as it may be shown. */
export function shown({ episodes }: Clock): string {
  return episodes === null ? '*' : episodes.toLocaleString('en-GB');
}

export const NATIONS = ['england', 'wales', 'scotland', 'northern-ireland'] as const;
/** Whose bank holidays and working days count. */
export type Nation = (typeof NATIONS)[number];

export function isNation(text: string): text is Nation {
  return (NATIONS as readonly string[]).includes(text);
}

/** The bank holidays of a year, with how sure we are of them. */
export interface HolidayYear {
  readonly nations: readonly Nation[];
  readonly year: number;
  /** MM-DD; a substitute day stands in place of the day it substitutes. */
  readonly days: readonly string[];
  /**
   * agreed: worked out from the Banking and Financial Dealings Act 1971 and its proclamations, and equal to two published
   * copies of the list of GOV.UK. one-copy: equal to one copy. Neither was read at GOV.UK itself.
   */
  readonly status: 'agreed' | 'one-copy';
  /** When the copies were compared. */
  readonly read: string;
}

/** Where the list is kept. To be extended whenever the governments proclaim another year. */
export const HOLIDAYS_SOURCE = 'https://www.gov.uk/bank-holidays';

const READ = '2026-11-22';
const year = (
  nations: readonly Nation[],
  number: number,
  days: string,
  status: HolidayYear['status'] = 'agreed',
): HolidayYear => ({ nations, year: number, days: days.split(' '), status, read: READ });

const ENGLAND_AND_WALES = ['england', 'wales'] as const;
const SCOTLAND = ['scotland'] as const;
const NORTHERN_IRELAND = ['northern-ireland'] as const;

export const BANK_HOLIDAYS: readonly HolidayYear[] = [
  year(ENGLAND_AND_WALES, 2025, '01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26'),
  year(ENGLAND_AND_WALES, 2026, '01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28'),
  year(ENGLAND_AND_WALES, 2027, '01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28'),
  year(ENGLAND_AND_WALES, 2028, '01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26', 'one-copy'),
  year(SCOTLAND, 2025, '01-01 01-02 04-18 05-05 05-26 08-04 12-01 12-25 12-26'),
  // 15 June 2026 was proclaimed once, for the football World Cup.
  year(SCOTLAND, 2026, '01-01 01-02 04-03 05-04 05-25 06-15 08-03 11-30 12-25 12-28'),
  year(SCOTLAND, 2027, '01-01 01-04 03-26 05-03 05-31 08-02 11-30 12-27 12-28'),
  year(SCOTLAND, 2028, '01-03 01-04 04-14 05-01 05-29 08-07 11-30 12-25 12-26', 'one-copy'),
  year(NORTHERN_IRELAND, 2025, '01-01 03-17 04-18 04-21 05-05 05-26 07-14 08-25 12-25 12-26'),
  year(NORTHERN_IRELAND, 2026, '01-01 03-17 04-03 04-06 05-04 05-25 07-13 08-31 12-25 12-28'),
  year(NORTHERN_IRELAND, 2027, '01-01 03-17 03-26 03-29 05-03 05-31 07-12 08-30 12-27 12-28'),
  year(NORTHERN_IRELAND, 2028, '01-03 03-17 04-14 04-17 05-01 05-29 07-12 08-28 12-25 12-26', 'one-copy'),
];

/** The known bank holidays of a nation, YYYY-MM-DD, oldest first. Beyond the last known year only weekends are free. */
export function bankHolidaysOf(nation: Nation): readonly string[] {
  return BANK_HOLIDAYS.filter(({ nations }) => nations.includes(nation))
    .flatMap(({ year: number, days }) => days.map((day) => `${number}-${day}`))
    .sort();
}

/** An instant or a stretch of one day, month or year. ISO instants. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

const PARTIAL = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;
const DAY_MS = 86_400_000;

/** Before this nothing about anybody was written down that is of use now. */
const FIRST_YEAR = '1800';

/** A whole, real day such as 2026-02-28, or null. */
export function parseDay(text: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < FIRST_YEAR) return null;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) ? text : null;
}

/** A FHIR date or dateTime: a year, a month, a day (taken to start at midnight UTC) or an instant with its offset. */
export function parseWhen(text: string): Span | null {
  if (INSTANT.test(text)) {
    if (!parseDay(text.slice(0, 10))) return null;
    const at = new Date(text);
    return Number.isNaN(at.getTime()) ? null : { from: at.toISOString(), to: at.toISOString() };
  }
  const [, year, month, day] = PARTIAL.exec(text) ?? [];
  if (!year || !parseDay(`${year}-${month ?? '01'}-${day ?? '01'}`)) return null;
  const start = Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  let end = start + DAY_MS;
  if (!month) end = Date.UTC(Number(year) + 1, 0, 1);
  else if (!day) end = Date.UTC(Number(year), Number(month), 1);
  return { from: new Date(start).toISOString(), to: new Date(end - 1).toISOString() };
}

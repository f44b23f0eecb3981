/** Dates as people say them, in London time: Thu 26 Nov. The year is said only when it is not this one. */

const ZONE = 'Europe/London';
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAY_MS = 86_400_000;

const london = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

interface Parts {
  year: number;
  month: number;
  day: number;
  clock: string;
  /** Whole days since 1 January 1970, by the calendar in London. */
  number: number;
}

function parts(at: Date): Parts {
  const found = Object.fromEntries(london.formatToParts(at).map((part) => [part.type, part.value]));
  const year = Number(found['year']);
  const month = Number(found['month']);
  const day = Number(found['day']);
  return {
    year,
    month,
    day,
    clock: `${found['hour']}:${found['minute']}`,
    number: Date.UTC(year, month - 1, day) / DAY_MS,
  };
}

/** A date without a time (YYYY-MM-DD) is that day anywhere; an instant is read on the London calendar. */
function read(iso: string): Parts {
  return parts(new Date(/^\d{4}-\d{2}-\d{2}$/.test(iso) ? `${iso}T12:00:00Z` : iso));
}

/** Thu 26 Nov, or Thu 26 Nov 2025 in another year. */
export function day(iso: string, now: Date = new Date()): string {
  const on = read(iso);
  const weekday = DAYS[new Date(on.number * DAY_MS).getUTCDay()];
  const short = `${weekday} ${on.day} ${MONTHS[on.month - 1]?.slice(0, 3)}`;
  return on.year === parts(now).year ? short : `${short} ${on.year}`;
}

/** 14 March 1992. */
export function longDate(iso: string): string {
  const on = read(iso);
  return `${on.day} ${MONTHS[on.month - 1]} ${on.year}`;
}

/** Thu 26 Nov, 14:05. */
export function moment(iso: string, now: Date = new Date()): string {
  return `${day(iso, now)}, ${read(iso).clock}`;
}

/** 14:05. */
export function clock(iso: string): string {
  return read(iso).clock;
}

/** today, yesterday, 19 days ago, 5 months ago, 3 years ago; ahead: tomorrow, in 4 days. */
export function ago(iso: string, now: Date = new Date()): string {
  const days = parts(now).number - read(iso).number;
  if (days === 0) return 'today';
  if (days === 1) return 'yesterday';
  if (days === -1) return 'tomorrow';
  const span = Math.abs(days);
  const long =
    span < 61
      ? plural(span, 'day')
      : span < 730
        ? plural(Math.floor(span / 30.44), 'month')
        : plural(Math.floor(span / 365.25), 'year');
  return days > 0 ? `${long} ago` : `in ${long}`;
}

export interface Due {
  readonly text: string;
  /** over: past its time; now: today; later: neither. */
  readonly tone: 'over' | 'now' | 'later';
}

/** When something is due, as it is said on a row. */
export function due(iso: string, now: Date = new Date()): Due {
  const days = read(iso).number - parts(now).number;
  if (days < 0) return { text: `${plural(-days, 'day')} over`, tone: 'over' };
  if (days === 0) {
    return new Date(iso) < now ? { text: 'Due earlier today', tone: 'over' } : { text: 'Due today', tone: 'now' };
  }
  if (days === 1) return { text: 'Due tomorrow', tone: 'later' };
  return { text: day(iso, now), tone: 'later' };
}

/** 1 day, 3 days. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? noun : many}`;
}

import type { Outcome } from './run.js';

/** What the columns of the table are called, in order. */
const COLUMNS = [
  'once',
  'led on',
  'one task',
  'no duplicate',
  'suppression',
  'audit',
  'alive',
  'honest',
  'recovery',
  'of its own',
];

export function passed({ checks }: Outcome): boolean {
  return Object.values(checks).every((found) => found.length === 0);
}

/** One line a run, as a Markdown table. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const head = ['Fault', 'Seed', ...COLUMNS, 'Acknowledged', 'Took'];
  const rows = outcomes.map((outcome) => {
    const { fault, seed, skipped, acknowledged, took } = outcome;
    if (skipped) return [fault, String(seed), ...COLUMNS.map(() => '–'), `skipped: ${skipped}`, '–'];
    return [
      fault,
      String(seed),
      ...COLUMNS.map((name) => cell(outcome, name)),
      String(acknowledged),
      `${took.toFixed(0)} s`,
    ];
  });
  const widths = head.map((_, place) => Math.max(...[head, ...rows].map((row) => row[place]!.length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, place) => text.padEnd(widths[place]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function cell({ checks, recovery }: Outcome, name: string): string {
  const found = checks[name] ?? [];
  if (name === 'recovery') {
    return `${recovery === null ? 'none' : `${recovery.toFixed(1)} s`}${found.length > 0 ? ' ✗' : ''}`;
  }
  return found.length === 0 ? '✓' : `✗ ${found.length}`;
}

/** What was wrong, run by run; the first few of each kind. */
export function faultsOf(outcomes: readonly Outcome[]): string {
  return outcomes
    .filter((outcome) => !passed(outcome))
    .flatMap(({ fault, seed, checks }) =>
      Object.entries(checks).flatMap(([name, found]) => {
        const more = found.length > 5 ? [`  … and ${found.length - 5} more`] : [];
        return found.length === 0
          ? []
          : [`${fault}, seed ${seed}, ${name}:`, ...found.slice(0, 5).map((one) => `  ${one}`), ...more];
      }),
    )
    .join('\n');
}

const BEGIN = '<!-- table: written by npm run test:faults -- --table docs/faults.md -->';
const END = '<!-- end of table -->';

/** Puts the table, and when it was measured, between the marks of a page. Throws when the page has none. */
export function intoPage(page: string, outcomes: readonly Outcome[], measured: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error('The page has no marks for the table');
  return `${page.slice(0, from + BEGIN.length)}\n\n${measured}\n\n${tableOf(outcomes)}\n\n${page.slice(to)}`;
}

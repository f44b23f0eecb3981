import type { AskedValue, TaskView } from '../api/views';

/** What has been filled in and not saved. */
export interface Draft {
  readonly outcome: string;
  readonly note: string;
  readonly value: string;
  readonly value2: string;
  /** The day they want to be asked again, YYYY-MM-DD. */
  readonly until: string;
}

export interface Mistakes {
  outcome?: string;
  value?: string;
  value2?: string;
  until?: string;
}

type Offered = TaskView['outcomes'][number];

/**
 * What must be mended before it can be saved, by field. A reading may be left out, but not half of one, and some outcomes do
 * not go with every reading.
 */
export function mistakesIn(filled: Draft, asked: AskedValue | null, outcomes: readonly Offered[]): Mistakes {
  const mistakes: Mistakes = {};
  const chosen = outcomes.find(({ key }) => key === filled.outcome);
  const asksDay = chosen?.asksDay ?? false;
  if (filled.outcome === '') mistakes.outcome = 'Choose what happened.';
  if (asksDay && filled.until === '') mistakes.until = 'Choose the day they want to be asked again.';
  if (!asked || (filled.value === '' && filled.value2 === '')) return mistakes;
  const wrong = (text: string): boolean => text === '' || !(Number(text) >= asked.min && Number(text) <= asked.max);
  const range = `Enter a number from ${asked.min} to ${asked.max}.`;
  if (wrong(filled.value)) mistakes.value = range;
  else if (chosen && !goesWith(chosen, Number(filled.value))) {
    mistakes.outcome = mismatch(chosen, Number(filled.value), asked.unit, outcomes);
  }
  if (asked.second === null) return mistakes;
  if (wrong(filled.value2)) mistakes.value2 = range;
  else if (mistakes.value === undefined && Number(filled.value2) >= Number(filled.value)) {
    mistakes.value2 = 'This must be lower than the first number.';
  }
  return mistakes;
}

function goesWith({ valueFrom, valueBelow }: Offered, value: number): boolean {
  return (valueFrom === null || value >= valueFrom) && (valueBelow === null || value < valueBelow);
}

function mismatch(chosen: Offered, value: number, unit: string, outcomes: readonly Offered[]): string {
  const tooHigh = chosen.valueBelow !== null && value >= chosen.valueBelow;
  const bound = tooHigh ? `${chosen.valueBelow} ${unit} or above` : `Below ${chosen.valueFrom} ${unit}`;
  const instead = outcomes.filter((other) => goesWith(other, value)).map(({ label }) => `“${label}”`);
  return `${bound} does not go with “${chosen.label}”${instead.length > 0 ? `: choose ${instead.join(' or ')}` : ''}.`;
}

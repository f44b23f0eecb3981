import type { AskedValue } from '../api/views';

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

/** What must be mended before it can be saved, by field. A reading may be left out, but not half of one. */
export function mistakesIn(filled: Draft, asked: AskedValue | null, asksDay = false): Mistakes {
  const mistakes: Mistakes = {};
  if (filled.outcome === '') mistakes.outcome = 'Choose what happened.';
  if (asksDay && filled.until === '') mistakes.until = 'Choose the day they want to be asked again.';
  if (!asked || (filled.value === '' && filled.value2 === '')) return mistakes;
  const wrong = (text: string): boolean => text === '' || !(Number(text) >= asked.min && Number(text) <= asked.max);
  const range = `Enter a number from ${asked.min} to ${asked.max}.`;
  if (wrong(filled.value)) mistakes.value = range;
  if (asked.second === null) return mistakes;
  if (wrong(filled.value2)) mistakes.value2 = range;
  else if (mistakes.value === undefined && Number(filled.value2) >= Number(filled.value)) {
    mistakes.value2 = 'This must be lower than the first number.';
  }
  return mistakes;
}

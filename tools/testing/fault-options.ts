import { resolve } from 'node:path';

import { root } from '../setup/root.mjs';

/** What the fault suite is asked for, as it reads it. */
export interface FaultWish {
  long: boolean;
  only?: string[];
  seeds?: number[];
  table?: string;
  json?: string;
}

export interface FaultOptions {
  wish: FaultWish;
  /** Whether any option was there. */
  given: boolean;
  /** All that is no option. */
  words: string[];
}

/** Reads `--only`, `--seed`, `--table`, `--json` and `--short`; null when there is another option, or one lacks its value. */
export function readFaultOptions(args: readonly string[]): FaultOptions | null {
  const options: FaultOptions = { wish: { long: true }, given: false, words: [] };
  const { wish } = options;
  const left = [...args];
  for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
    if (!arg.startsWith('-')) {
      options.words.push(arg);
      continue;
    }
    options.given = true;
    if (arg === '--short') {
      wish.long = false;
      continue;
    }
    const value = left.shift();
    if (value === undefined || value.startsWith('-')) return null;
    const list = value.split(',').filter((one) => one !== '');
    if (arg === '--only') wish.only = list;
    else if (arg === '--seed' && list.every((one) => /^\d{1,9}$/.test(one))) wish.seeds = list.map(Number);
    else if (arg === '--table') wish.table = resolve(root, value);
    else if (arg === '--json') wish.json = resolve(root, value);
    else return null;
  }
  return options;
}

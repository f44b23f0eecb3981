import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FAULTS, SHORT } from './faults/index.js';
import type { LoadOptions } from './load.js';
import { type Outcome, perform } from './run.js';
import { Template } from './stage.js';
import { faultsOf, intoPage, passed, tableOf } from './table.js';

/** What `tools/testing/run-tests.ts` was asked for; nothing means the short form. */
interface Wish {
  readonly long?: boolean;
  readonly only?: readonly string[];
  readonly seeds?: readonly number[];
  readonly json?: string;
  readonly table?: string;
}
const wish = JSON.parse(process.env['FAULTS'] || '{}') as Wish;

const known = [...FAULTS, ...SHORT];
const unknown = (wish.only ?? []).filter((name) => !known.some((fault) => fault.name === name));
if (unknown.length > 0) {
  throw new Error(`There is no fault ${unknown.join(', ')}; there are ${known.map(({ name }) => name).join(', ')}`);
}
const chosen = wish.only
  ? known.filter(
      ({ name }, place) => wish.only!.includes(name) && known.findIndex((one) => one.name === name) === place,
    )
  : wish.long
    ? FAULTS
    : SHORT;
const seeds = wish.seeds ?? (wish.long || wish.only ? [1, 2, 3] : [7]);
const load: Partial<LoadOptions> = wish.long || wish.only ? {} : { people: 16, desks: 2 };

/** The longest that one run may take, in milliseconds. */
const LONGEST = 420_000;

describe('the product, used by a hospital, people with mail, colleagues and a partner all the while', () => {
  const outcomes: Outcome[] = [];
  let template: Template;

  beforeAll(async () => {
    template = await Template.make();
  }, LONGEST);
  afterAll(async () => {
    await template?.remove();
    process.stdout.write(`\n${tableOf(outcomes)}\n${faultsOf(outcomes)}\n`);
    if (wish.json) await writeFile(wish.json, `${JSON.stringify(outcomes, null, 2)}\n`);
    if (wish.table) await writeFile(wish.table, intoPage(await readFile(wish.table, 'utf8'), outcomes, measured()));
  });

  for (const fault of chosen) {
    it.each(seeds)(
      `bears ${fault.name}, seed %i`,
      async (seed) => {
        const outcome = await perform(template, fault, seed, load);
        outcomes.push(outcome);
        if (outcome.skipped) process.stdout.write(`\n${fault.name} was skipped: ${outcome.skipped}\n`);
        else {
          process.stdout.write(
            `\n${fault.name}, seed ${seed}: ${passed(outcome) ? 'passed' : 'FAILED'} in ${outcome.took.toFixed(0)} s\n${faultsOf([outcome])}`,
          );
        }
        expect(faultsOf([outcome])).toBe('');
      },
      LONGEST,
    );
  }

  function measured(): string {
    const whole = outcomes.reduce((sum, { took }) => sum + took, 0);
    const good = outcomes.filter((outcome) => passed(outcome) && !outcome.skipped).length;
    return `Measured on ${new Date().toISOString().slice(0, 10)}: ${good} of ${outcomes.length} runs passed, in ${(whole / 60).toFixed(0)} minutes.`;
  }
});

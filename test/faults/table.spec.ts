import { describe, expect, it } from '@jest/globals';
import type { Outcome } from './run.js';
import { faultsOf, intoPage, passed, tableOf } from './table.js';

const anOutcome = (changes: Partial<Outcome> = {}): Outcome => ({
  fault: 'api-killed',
  seed: 1,
  skipped: null,
  checks: { once: [], recovery: [] },
  recovery: 3.21,
  acknowledged: 120,
  took: 25.4,
  ...changes,
});
const aPage =
  '# Faults\n\n<!-- table: written by npm run test:faults -- --table docs/faults.md -->\nold\n<!-- end of table -->\nMore\n';

describe('the table', () => {
  it('has a line for each run, with what it took', () => {
    const [, , row] = tableOf([anOutcome()]).split('\n');
    expect(row).toMatch(/^\| api-killed \| 1 +\| ✓ .*\| 3\.2 s .*\| 120 .*\| 25 s \|$/);
  });

  it('shows how many things were wrong', () => {
    const bad = anOutcome({ checks: { once: ['a', 'b'], recovery: ['took 31.0 s to recover'] }, recovery: 31 });
    expect(passed(bad)).toBe(false);
    expect(tableOf([bad])).toContain('✗ 2');
    expect(tableOf([bad])).toContain('31.0 s ✗');
    expect(faultsOf([anOutcome(), bad])).toBe(
      'api-killed, seed 1, once:\n  a\n  b\napi-killed, seed 1, recovery:\n  took 31.0 s to recover',
    );
  });

  it('says why a run was skipped', () => {
    const skipped = anOutcome({ skipped: 'this user may not mount a tmpfs', checks: {}, recovery: null });
    expect(tableOf([skipped])).toContain('skipped: this user may not mount a tmpfs');
  });

  it('takes the place of the one before on the page', () => {
    const page = intoPage(aPage, [anOutcome()], 'Measured today.');
    expect(page).toContain('Measured today.');
    expect(page).toContain('| api-killed |');
    expect(page).not.toContain('old');
    expect(page.endsWith('<!-- end of table -->\nMore\n')).toBe(true);
    expect(() => intoPage('# No marks', [], '')).toThrow('no marks');
  });
});

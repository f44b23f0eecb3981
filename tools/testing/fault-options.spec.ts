import { describe, expect, it } from '@jest/globals';
import { readFaultOptions } from './fault-options.ts';

describe('readFaultOptions', () => {
  it('asks for every fault when there is no option', () => {
    expect(readFaultOptions(['faults'])).toEqual({ wish: { long: true }, given: false, words: ['faults'] });
  });

  it('reads names and seeds, one or several', () => {
    expect(readFaultOptions(['faults', '--only', 'smtp-drop,disk-full', '--seed', '7'])).toEqual({
      wish: { long: true, only: ['smtp-drop', 'disk-full'], seeds: [7] },
      given: true,
      words: ['faults'],
    });
  });

  it('reads where the table goes, from the checkout on', () => {
    expect(readFaultOptions(['--table', 'docs/faults.md'])?.wish.table).toMatch(/^[/\\w].*docs.faults\.md$/);
    expect(readFaultOptions(['--short'])?.wish.long).toBe(false);
  });

  it.each([[['--seed', 'x']], [['--only']], [['--only', '--seed']], [['--loud', 'yes']], [['-h']]])(
    'does not know %j',
    (args) => {
      expect(readFaultOptions(args)).toBeNull();
    },
  );
});

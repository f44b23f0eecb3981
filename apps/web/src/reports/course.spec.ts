import { describe, expect, it } from '@jest/globals';
import { groupEndings, hours, shown } from './course';

const anEnding = (changes = {}) => ({ key: 'quit', title: 'Stopped', exit: false, count: 10, text: '10', ...changes });
const aClock = (changes = {}) => ({
  ...{ clock: 'us' as const, title: 'Our time', episodes: 1200, totalHours: 3400, medianHours: 4.5 },
  ...changes,
});

describe('how episodes ended', () => {
  it('tells apart who is under way, who came to an end and who left, in the order given', () => {
    const died = anEnding({ key: 'died', title: 'Died', exit: true });
    const moved = anEnding({ key: 'moved-away', title: 'Moved away', exit: true });
    const lost = anEnding({ key: 'lost', title: 'Lost' });
    const open = anEnding({ key: 'open', title: 'Still under way' });
    expect(groupEndings([open, anEnding(), died, lost, moved])).toEqual([
      { title: 'Not ended', endings: [open] },
      { title: 'Came to an end of the pathway', endings: [anEnding(), lost] },
      { title: 'Left before it ended', endings: [died, moved] },
    ]);
  });

  it('has no group without rows', () => {
    expect(groupEndings([anEnding()]).map(({ title }) => title)).toEqual(['Came to an end of the pathway']);
  });
});

describe('whose time has run', () => {
  it('keeps hidden figures hidden and tells them from none', () => {
    expect([hours(null), hours(0), shown(aClock({ episodes: null })), shown(aClock({ episodes: 0 }))]).toEqual([
      '*',
      '0',
      '*',
      '0',
    ]);
  });

  it('sets thousands apart and keeps tenths', () => {
    expect([hours(12_345.6), shown(aClock())]).toEqual(['12,345.6', '1,200']);
  });
});

import { describe, expect, it } from '@jest/globals';
import { changedWords } from './changed-words';

const only = (runs: { words: string; same: boolean }[]): string[] =>
  runs.filter(({ same }) => !same).map(({ words }) => words.trim());
const whole = (runs: { words: string }[]): string => runs.map(({ words }) => words).join('');

describe('changedWords', () => {
  it.each([
    ['a word swapped', 'A free offer for you', 'A new offer for you', ['free'], ['new']],
    ['words added', 'Call us', 'Call us on any day', [], ['on any day']],
    ['words taken out', 'Please call us now', 'call us', ['Please', 'now'], []],
    ['nothing', 'Call us', 'Call us', [], []],
    ['everything', 'Call us', 'Write to me', ['Call us'], ['Write to me']],
    ['a text that was not there', '', 'Call us', [], ['Call us']],
  ])('marks %s', (_what, before, after, gone, come) => {
    const runs = changedWords(before, after);
    expect([only(runs.before), only(runs.after)]).toEqual([gone, come]);
    expect([whole(runs.before), whole(runs.after)]).toEqual([before, after]);
  });
});

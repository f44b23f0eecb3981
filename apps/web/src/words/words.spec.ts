import { describe, expect, it } from '@jest/globals';
import { countUpTo, language, nhsNumber, sentence, unshouted } from './words';

describe('words on screen', () => {
  it('spaces an NHS number as 3, 3 and 4', () => {
    expect(nhsNumber('9990123454')).toBe('999 012 3454');
  });

  it('names a language, and shows what is no language as it came', () => {
    expect([language('en'), language('pa-PK'), language('not a tag')]).toEqual([
      'English',
      'Punjabi (Pakistan)',
      'not a tag',
    ]);
  });

  it('turns a key into words', () => {
    expect([sentence('stop-smoking'), sentence('task.completed'), sentence('not_sent')]).toEqual([
      'Stop smoking',
      'Task completed',
      'Not sent',
    ]);
  });

  it('keeps short forms and splits joined words', () => {
    expect([sentence('gp-record'), sentence('contactShown')]).toEqual(['GP record', 'Contact shown']);
  });

  it('lowers a name that shouts and leaves another as it is', () => {
    expect([unshouted("ST JOHN'S SURGERY"), unshouted('McLeod Practice')]).toEqual([
      "St John's Surgery",
      'McLeod Practice',
    ]);
  });

  it('says where counting stopped', () => {
    expect([countUpTo(999, 1000), countUpTo(1000, 1000), countUpTo(12)]).toEqual(['999', '1,000+', '12']);
  });
});

import { describe, expect, it } from '@jest/globals';
import { marksOf } from './marks';

function aRow(changes: Partial<Parameters<typeof marksOf>[0]> = {}): Parameters<typeof marksOf>[0] {
  return {
    kind: 'call',
    dueAt: '2019-03-03T09:00:00Z',
    reminded: false,
    snoozedUntil: null,
    pausedBecause: null,
    ...changes,
  };
}

describe('the marks of a row', () => {
  it('are none for a task that is simply to be done', () => {
    expect(marksOf(aRow())).toEqual([]);
  });

  it('say why a paused pathway is on the list of what needs us', () => {
    expect(marksOf(aRow({ kind: 'look-again', pausedBecause: 'asked-to-wait' }))).toEqual([
      'Paused: asked to wait; look again was due on Sun 3 Mar 2019',
    ]);
  });

  it('say only why on the list of the paused', () => {
    expect(marksOf(aRow({ kind: 'waiting', pausedBecause: 'in-hospital' }))).toEqual(['Paused: in hospital']);
  });

  it('say that somebody was reminded, and until when a task is snoozed', () => {
    expect(marksOf(aRow({ reminded: true, snoozedUntil: '2019-03-05T09:00:00Z' }))).toEqual([
      'Reminder',
      'Snoozed until Tue 5 Mar 2019',
    ]);
  });
});

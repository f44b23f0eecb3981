import { describe, expect, it } from '@jest/globals';
import type { WorklistItem } from '../api/views';
import { nextToDo, steady } from './steady-rows';

function anItem(id: string, changes: Partial<WorklistItem> = {}): WorklistItem {
  return {
    id,
    taskId: id,
    episodeId: `episode-${id}`,
    personId: `person-${id}`,
    title: 'Phone about stopping smoking',
    programme: 'stop-smoking',
    programmeTitle: 'Stop smoking',
    personLabel: 'Person 4417 · 34 · Avenue ward',
    dueAt: '2026-11-26T17:00:00Z',
    overdue: false,
    claimedBy: null,
    tags: [],
    escalatedTo: null,
    priority: 20,
    kind: 'call',
    step: 'call',
    reminded: false,
    snoozedUntil: null,
    snoozedBecause: null,
    pausedBecause: null,
    demo: false,
    version: 0,
    ...changes,
  };
}
const you = { id: 'you', name: 'You', you: true };
const other = { id: 'other', name: 'Someone else', you: false };

describe('steady', () => {
  it('keeps the order shown when the server would now order otherwise', () => {
    const [a, b] = [anItem('a'), anItem('b')];
    const { rows, fresh } = steady({ items: [a, b], whole: true }, { items: [b, a], whole: true });
    expect(rows.map((row) => row.item.id)).toEqual(['a', 'b']);
    expect(fresh).toBe(0);
  });

  it('shows what is newly known about a row in its place', () => {
    const { rows } = steady(
      { items: [anItem('a')], whole: true },
      { items: [anItem('a', { claimedBy: other })], whole: true },
    );
    expect(rows[0]?.item.claimedBy).toEqual(other);
  });

  it('counts new work without showing it', () => {
    const { rows, fresh } = steady(
      { items: [anItem('a')], whole: true },
      { items: [anItem('new', { priority: 90 }), anItem('a')], whole: true },
    );
    expect(rows.map((row) => row.item.id)).toEqual(['a']);
    expect(fresh).toBe(1);
  });

  it('does not count a row that moved up from an unseen page as new', () => {
    const shown = { items: [anItem('a'), anItem('b', { priority: 15 })], whole: false };
    const live = { items: [anItem('b', { priority: 15 }), anItem('c', { priority: 5 })], whole: false };
    expect(steady(shown, live).fresh).toBe(0);
  });

  it('marks a row that has left the list', () => {
    const { rows } = steady({ items: [anItem('a'), anItem('b')], whole: true }, { items: [anItem('b')], whole: true });
    expect(rows.map((row) => row.gone)).toEqual([true, false]);
  });

  it('does not take a row pushed on to an unseen page for one that has left', () => {
    const low = anItem('low', { priority: 5 });
    const { rows } = steady(
      { items: [anItem('a'), low], whole: false },
      { items: [anItem('new', { priority: 90 }), anItem('a')], whole: false },
    );
    expect(rows.map((row) => [row.item.id, row.gone])).toEqual([
      ['a', false],
      ['low', false],
    ]);
  });
});

describe('nextToDo', () => {
  const rows = (...items: WorklistItem[]): { item: WorklistItem; gone: boolean }[] =>
    items.map((item) => ({ item, gone: false }));

  it('goes down from the row in hand', () => {
    expect(nextToDo(rows(anItem('a'), anItem('b'), anItem('c')), new Set(), 'b')?.id).toBe('c');
  });

  it('starts again from the top after the last row', () => {
    expect(nextToDo(rows(anItem('a'), anItem('b')), new Set(), 'b')?.id).toBe('a');
  });

  it('passes over what others have claimed, what is done and what only waits', () => {
    const list = rows(
      anItem('a', { claimedBy: other }),
      anItem('b'),
      anItem('c', { taskId: null }),
      anItem('d', { claimedBy: you }),
    );
    expect(nextToDo(list, new Set(['b']), null)?.id).toBe('d');
  });

  it('finds nothing when the row in hand is the only one', () => {
    expect(nextToDo(rows(anItem('a')), new Set(), 'a')).toBeNull();
  });
});

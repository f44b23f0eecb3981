import { describe, expect, it } from '@jest/globals';
import type { DriftView } from '../api/views';
import { detailOf } from './words';

function aDrift(changes: Partial<DriftView>): DriftView {
  return {
    id: 'd1',
    kind: 'no-pathway',
    personId: null,
    programme: null,
    stepTitle: null,
    detail: {},
    foundAt: '2026-11-22T10:00:00Z',
    lastSeenAt: '2026-11-22T10:00:00Z',
    repairs: ['start'],
    asked: null,
    reason: null,
    repairedAt: null,
    ...changes,
  };
}

describe('what is said of a difference beside its kind', () => {
  it.each([
    [aDrift({}), null],
    [
      aDrift({ kind: 'step-differs', detail: { step: 'call', version: 1, pathwayStep: 'pause', pathwayVersion: 2 } }),
      'Record: “call” of version 1. Pathway: “pause” of version 2.',
    ],
    [aDrift({ kind: 'stuck', detail: { step: 'call', activity: 'openTask', tries: 22 } }), 'At “call”, tried 22 times'],
    [aDrift({ kind: 'stuck', detail: { step: 'call', since: '2026-11-22T09:00:00Z' } }), 'At “call”'],
    [
      aDrift({ kind: 'entry-held', detail: { lastError: 'EntryUnreadable', behind: 2 } }),
      'Refused with EntryUnreadable; 2 more waiting behind it',
    ],
    [aDrift({ kind: 'entry-waiting', detail: { lastError: null, behind: 0 } }), null],
  ])('is what its detail holds', (drift, words) => {
    expect(detailOf(drift)).toBe(words);
  });
});

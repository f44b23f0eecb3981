import type { DriftKind, DriftRepair, DriftView } from '../api/views';

/** What each kind of difference means for the person concerned. */
export const KINDS: Readonly<Record<DriftKind, { title: string; means: string }>> = {
  'no-pathway': {
    title: 'Nothing moves it on',
    means: 'Their programme is open, but no pathway runs for it. Nothing more will happen by itself.',
  },
  'pathway-closed': {
    title: 'Its pathway was stopped',
    means: 'Their programme is open, but its pathway was stopped from outside. Nothing more will happen by itself.',
  },
  'pathway-failed': {
    title: 'Its pathway broke',
    means: 'Their programme is open, but its pathway broke. Nothing more will happen by itself.',
  },
  'pathway-orphaned': {
    title: 'Still running after the end',
    means: 'Their programme has ended, but a pathway still runs for it.',
  },
  stuck: {
    title: 'Stuck',
    means: 'The next thing to do keeps failing. It is tried again and again, so far in vain.',
  },
  'step-differs': {
    title: 'Two different steps',
    means: 'The record and the pathway say different things about where they are.',
  },
  'entry-held': {
    title: 'Something that happened was set aside',
    means:
      'Something that happened has not reached the pathway: it was refused too often. What came later waits behind it.',
  },
  'entry-waiting': {
    title: 'Something that happened has waited over an hour',
    means: 'Something that happened has not reached the pathway yet. It should take a second.',
  },
};

/** What a repair does, as it is chosen and as it is done. */
export const REPAIRS: Readonly<Record<DriftRepair, { act: string; does: string; done: string }>> = {
  start: {
    act: 'Start a pathway',
    does: 'A new pathway starts at the step they are at. Open tasks and referrals are kept; nothing is sent twice.',
    done: 'A pathway was started.',
  },
  end: {
    act: 'End the pathway',
    does: 'The pathway that still runs is ended where it stands. It does nothing more.',
    done: 'The pathway was ended.',
  },
  'ask-again': {
    act: 'Try again now',
    does: 'What keeps failing is tried again at once. Do this when what was broken has been mended.',
    done: 'It is being tried again.',
  },
  correct: {
    act: 'Correct the record',
    does: 'The record takes over what the pathway says. Nothing is sent, opened or closed.',
    done: 'The record was corrected.',
  },
  release: {
    act: 'Tell the pathway again',
    does: 'What happened is told to the pathway once more, and what waits behind it follows. Nobody is written to.',
    done: 'The pathway was told again.',
  },
  drop: {
    act: 'Never tell the pathway',
    does: 'It is put away for good, and what waits behind it goes on without it. This cannot be undone.',
    done: 'It was put away.',
  },
};

/** What is known beside the kind, in a line; null when there is nothing to add. */
export function detailOf({ kind, detail }: DriftView): string | null {
  const said = (name: string): string | null =>
    detail[name] === null || detail[name] === undefined ? null : String(detail[name]);
  switch (kind) {
    case 'step-differs': {
      const at = (step: string | null, version: string | null): string =>
        `“${step ?? 'none'}” of version ${version ?? '?'}`;
      return `Record: ${at(said('step'), said('version'))}. Pathway: ${at(said('pathwayStep'), said('pathwayVersion'))}.`;
    }
    case 'stuck': {
      const step = said('step');
      const tries = said('tries');
      return [step && `At “${step}”`, tries && `tried ${tries} times`].filter(Boolean).join(', ') || null;
    }
    case 'entry-held':
    case 'entry-waiting': {
      const behind = Number(detail['behind'] ?? 0);
      const waiting = behind > 0 ? `${behind} more waiting behind it` : null;
      return [said('lastError') && `Refused with ${said('lastError')}`, waiting].filter(Boolean).join('; ') || null;
    }
    default:
      return null;
  }
}

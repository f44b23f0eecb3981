import type { ReactElement } from 'react';
import type { Simulation } from '../api/views';
import { Tag, type TagTone } from '../parts/tag';

const TONES: Readonly<Record<Simulation['status'], TagTone>> = {
  running: 'blue',
  stopping: 'amber',
  finished: 'green',
  failed: 'red',
  stopped: 'grey',
};

export function StatusTag({ run }: { run: Simulation }): ReactElement {
  return <Tag tone={TONES[run.status]}>{stateOf(run)}</Tag>;
}

/** Week 3 of 12, Stopping, Finished, Failed, Stopped. */
export function stateOf({ status, days, weeks }: Pick<Simulation, 'status' | 'days' | 'weeks'>): string {
  if (status === 'running') return `Week ${Math.min(Math.floor(days / 7) + 1, weeks)} of ${weeks}`;
  return status.charAt(0).toUpperCase() + status.slice(1);
}

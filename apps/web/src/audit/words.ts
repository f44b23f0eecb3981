import { sentence } from '../words/words';

/** What was done, where the screens have another word for it than the trail. */
const ACTIONS: Readonly<Record<string, string>> = {
  'drift.gone': 'Difference gone',
  'drift.repair-asked': 'Repair of a difference asked for',
  'drift.repaired': 'Difference repaired',
  'episode.exited': 'Episode ended by hand',
  'episode.transferred': 'Episode handed over',
  'outbox.entry-dropped': 'Entry: never send',
  'outbox.entry-released': 'Entry: send again',
  'task.escalated': 'Task raised',
  'task.released': 'Task given back',
  'task.rung-cancelled': 'Reminder or raising of a task cancelled',
  'task.transferred': 'Task handed over',
};

export function saidAction(action: string): string {
  return ACTIONS[action] ?? sentence(action);
}

export function saidSubject(kind: string): string {
  return kind === 'drift' ? 'Difference' : sentence(kind);
}

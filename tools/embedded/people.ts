import people from './people.json' with { type: 'json' };

/** Somebody who can log in to the demo. `username` is also the subject of their tokens. */
export interface DemoPerson {
  readonly username: string;
  readonly name: string;
  readonly role: string;
  readonly organisation: string;
  readonly team: string | null;
  /** What this log-in is for, in a sentence. */
  readonly does: string;
}

export const DEMO_PEOPLE: readonly DemoPerson[] = people;

export function findDemoPerson(username: string): DemoPerson | null {
  return DEMO_PEOPLE.find((person) => person.username === username) ?? null;
}

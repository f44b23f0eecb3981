import type { Database } from '#platform/database';
import type { Clock } from '#platform/kernel';
import { ContactPolicy } from '../../libs/care/contact/contact-policy.service.js';
import type { PolicyTerms } from '../../libs/care/contact/contact-policy.js';

/** Loads the shipped contact policy, also for tests that open no room of their own for it. */
export async function loadContactPolicy(database: Database, clock: Clock): Promise<void> {
  const { mistakes } = await new ContactPolicy(database, clock).load();
  if (mistakes.length > 0) throw new Error(mistakes.map(({ message }) => message).join('\n'));
}

/** Puts a policy in force that is the shipped one but for the changes. */
export async function changePolicy(database: Database, clock: Clock, changes: Partial<PolicyTerms>): Promise<void> {
  const terms = await new ContactPolicy(database, clock).getTerms();
  const version = terms.version + 1;
  await database.client.contactPolicyVersion.create({
    data: {
      version,
      definition: JSON.parse(JSON.stringify({ ...terms, ...changes, version })),
      hash: `test-${version}`,
      loadedAt: clock.now(),
    },
  });
}

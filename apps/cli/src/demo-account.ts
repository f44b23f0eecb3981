import { Database } from '#platform/database';

/** The account that stands for whoever worked in the demo's past. Nobody can log in as it. */
export async function demoAccount(database: Database): Promise<string> {
  const who = { issuer: 'demo-history', subject: 'demo-history' };
  const { id } = await database.client.account.upsert({
    where: { issuer_subject: who },
    create: {
      ...who,
      name: 'Demo history',
      role: 'link-worker',
      organisation: 'northamptonshire-care',
      lastSeenAt: new Date(),
    },
    update: {},
  });
  return id;
}

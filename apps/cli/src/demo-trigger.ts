import { Database } from '#platform/database';

/**
 * Somebody a referral trigger can start a programme for: an adult with a team whom no programme has found, who may be
 * contacted, and who has no e-mail address, so that the call task shows at once. Null when there is nobody.
 */
export async function findTriggerPerson(database: Database): Promise<string | null> {
  const [person] = await database.client.$queryRaw<{ nhsNumber: string }[]>`
    SELECT p.nhs_number AS "nhsNumber"
      FROM person p
     WHERE p.team_key = 'northamptonshire' AND p.nhs_number IS NOT NULL AND p.email IS NULL
       AND p.birth_date BETWEEN '1950-01-01' AND '1990-01-01'
       AND p.deceased_on IS NULL AND p.moved_away_on IS NULL AND NOT p.sensitive
       AND NOT EXISTS (SELECT 1 FROM finding f WHERE f.person_id = p.id)
       AND NOT EXISTS (SELECT 1 FROM episode e WHERE e.person_id = p.id)
       AND NOT EXISTS (SELECT 1 FROM contact_permission c WHERE c.person_id = p.id AND NOT c.allowed)
       AND NOT EXISTS (SELECT 1 FROM fact f WHERE f.person_id = p.id AND f.kind IN ('flag', 'declined'))
     ORDER BY p.nhs_number LIMIT 1`;
  return person?.nhsNumber ?? null;
}

import { Database } from '#platform/database';

const AREAS = [
  { key: 'northamptonshire', name: 'Northamptonshire' },
  { key: 'walsall', name: 'Walsall' },
  { key: 'south-yorkshire', name: 'South Yorkshire' },
] as const;

/** What each area can refer to: the organisation's key ends in `suffix`; `kind` is what programmes ask for. */
const SERVICES = [
  { suffix: 'stop-smoking', kind: 'stop-smoking', name: 'stop smoking service' },
  { suffix: 'pharmacy', kind: 'blood-pressure-check', name: 'community pharmacy blood pressure service' },
  { suffix: 'community', kind: 'social-prescribing', name: 'community connectors' },
  { suffix: 'housing', kind: 'housing', name: 'council housing team' },
] as const;

/** The demo areas' teams, partner organisations and services. Safe to repeat. */
export async function seedOrganisations(database: Database): Promise<void> {
  await database.inTransaction(async () => {
    await database.client.organisation.createMany({
      skipDuplicates: true,
      data: AREAS.flatMap((area) => [
        { key: `${area.key}-care`, name: `${area.name} community care`, kind: 'care' },
        ...SERVICES.map((service) => ({
          key: `${area.key}-${service.suffix}`,
          name: `${area.name} ${service.name}`,
          kind: 'service',
        })),
      ]),
    });
    await database.client.team.createMany({
      skipDuplicates: true,
      data: AREAS.map((area) => ({
        key: area.key,
        name: `${area.name} link workers`,
        organisation: `${area.key}-care`,
        area: area.key,
      })),
    });
    await database.client.service.createMany({
      skipDuplicates: true,
      data: AREAS.flatMap((area) =>
        SERVICES.map((service) => ({
          organisation: `${area.key}-${service.suffix}`,
          name: `${area.name} ${service.name}`,
          kind: service.kind,
          area: area.key,
        })),
      ),
    });
  });
}

import { Injectable } from '@nestjs/common';
import { Audit, type AuditedAct } from '#platform/audit';
import { Clock, newId } from '#platform/kernel';
import {
  type IncomingFacts,
  type IncomingPermissions,
  type IncomingPerson,
  type IncomingRecord,
  type PersonReference,
  refuse,
  RegisterDoor,
  type Verdict,
} from '#care/ingest';
import { nationOfPostcode } from './nation.js';
import { Places } from './places.js';
import { PopulationService } from './population.service.js';
import { type FactRow, type KnownPerson, type PermissionRow, RegisterRepository } from './register.repository.js';

const TAKEN: Verdict = { taken: true, remarks: [] };
const DAY_MS = 86_400_000;
/** Nobody alive is older; an earlier date of birth is a slip. */
const OLDEST_YEARS = 130;

interface Delivery {
  readonly runId: string;
  readonly source: string;
}

/** What a batch comes to before it is written. */
interface Batch {
  readonly byNhsNumber: Map<string, KnownPerson>;
  readonly byIdentifier: Map<string, KnownPerson>;
  readonly changed: Map<string, KnownPerson>;
  readonly died: Map<string, { person: KnownPerson; on: string }>;
  readonly facts: Map<string, FactRow[]>;
  readonly permissions: Map<string, PermissionRow[]>;
}

/**
 * Takes checked records into the register, many at a time. A person is known by NHS number, else by their source's own
 * id; two people are never merged: where identity is in doubt the row is refused.
 */
@Injectable()
export class Register extends RegisterDoor {
  constructor(
    private readonly tables: RegisterRepository,
    private readonly places: Places,
    private readonly population: PopulationService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {
    super();
  }

  async take(records: readonly IncomingRecord[], delivery: Delivery): Promise<readonly Verdict[]> {
    if (records.length === 0) return [];
    await this.tables.oneAtATime();
    const batch = await this.lookUp(records);
    const verdicts: Verdict[] = Array.from({ length: records.length });
    // People first: the rows of one batch may come in any order.
    const people = records.flatMap((record, place) => (record.kind === 'person' ? [{ record, place }] : []));
    for (const { record, place } of people) verdicts[place] = this.considerPerson(record, batch, delivery);
    for (const [place, record] of records.entries()) {
      if (record.kind === 'facts') verdicts[place] = this.considerFacts(record, batch, delivery);
      if (record.kind === 'permissions') verdicts[place] = this.considerPermissions(record, batch, delivery);
    }
    await this.settle(batch, people, verdicts);
    await this.write(batch, delivery);
    return verdicts;
  }

  private async lookUp(records: readonly IncomingRecord[]): Promise<Batch> {
    const references = records.flatMap((record): PersonReference[] => {
      if (record.kind !== 'person') return [record.person];
      return record.nhsNumber ? [{ nhsNumber: record.nhsNumber }, ...record.identifiers] : [...record.identifiers];
    });
    const known = await this.tables.findKnown(references);
    return { ...known, changed: new Map(), died: new Map(), facts: new Map(), permissions: new Map() };
  }

  private considerPerson(incoming: IncomingPerson, batch: Batch, delivery: Delivery): Verdict {
    const now = this.clock.now();
    const today = now.toISOString().slice(0, 10);
    const tomorrow = new Date(now.getTime() + DAY_MS).toISOString().slice(0, 10);
    const earliest = `${Number(today.slice(0, 4)) - OLDEST_YEARS}${today.slice(4)}`;
    if (incoming.birthDate > tomorrow || incoming.birthDate < earliest) return no('ingest.impossible_date', 'birth');
    if (incoming.deceasedOn && (incoming.deceasedOn > tomorrow || incoming.deceasedOn < incoming.birthDate)) {
      return no('ingest.impossible_date', 'death');
    }
    const holder = incoming.nhsNumber ? batch.byNhsNumber.get(incoming.nhsNumber) : undefined;
    if (holder && holder.birthDate !== incoming.birthDate) return no('ingest.nhs_number_reused');
    const own = new Set(incoming.identifiers.flatMap((each) => batch.byIdentifier.get(keyOf(each)) ?? []));
    if (holder) own.add(holder);
    const [known] = own;
    const conflict =
      own.size > 1 ||
      (known && known.birthDate !== incoming.birthDate) ||
      (known?.nhsNumber && incoming.nhsNumber && known.nhsNumber !== incoming.nhsNumber);
    if (conflict) return no('ingest.identity_conflict');

    const person: KnownPerson = {
      id: known?.id ?? newId(now.getTime()),
      isNew: known?.isNew ?? true,
      nhsNumber: incoming.nhsNumber ?? known?.nhsNumber ?? null,
      birthDate: incoming.birthDate,
      deceasedOn: known?.deceasedOn ?? null,
      movedAwayOn: known?.movedAwayOn ?? null,
      teamKey: known?.teamKey ?? null,
      postcode: known?.postcode ?? null,
      described: incoming,
      identifiers: incoming.identifiers,
      source: known?.source ?? delivery.source,
      secondHand: known !== undefined && known.source !== delivery.source,
      lsoa: known?.lsoa ?? null,
      imdDecile: known?.imdDecile ?? null,
      nation: known?.nation ?? 'england',
    };
    if (incoming.deceasedOn && !person.deceasedOn) {
      if (person.isNew) person.deceasedOn = incoming.deceasedOn;
      else batch.died.set(person.id, { person, on: incoming.deceasedOn });
    }
    batch.changed.set(person.id, person);
    if (person.nhsNumber) batch.byNhsNumber.set(person.nhsNumber, person);
    for (const identifier of incoming.identifiers) batch.byIdentifier.set(keyOf(identifier), person);
    return TAKEN;
  }

  private considerFacts(incoming: IncomingFacts, batch: Batch, delivery: Delivery): Verdict {
    const person = whom(incoming.person, batch);
    const latest = new Date(this.clock.now().getTime() + DAY_MS).toISOString();
    if (!person && incoming.facts.length > 0) return { taken: false, unknownPerson: true };
    for (const { effectiveAt, effectiveTo } of incoming.facts) {
      // A reading may carry the zone of another place, so a day's grace on both sides.
      const born = new Date(Date.parse(person!.birthDate) - DAY_MS).toISOString();
      if (effectiveAt > latest || effectiveTo < born) {
        return no('ingest.impossible_date', 'in the future or before birth');
      }
    }
    batch.facts.set(
      incoming.sourceId,
      incoming.facts.map((fact) => ({
        ...fact,
        personId: person!.id,
        source: delivery.source,
        sourceId: incoming.sourceId,
      })),
    );
    return TAKEN;
  }

  private considerPermissions(incoming: IncomingPermissions, batch: Batch, delivery: Delivery): Verdict {
    const person = whom(incoming.person, batch);
    if (!person && incoming.permissions.length > 0) return { taken: false, unknownPerson: true };
    const latest = new Date(this.clock.now().getTime() + DAY_MS).toISOString();
    if (incoming.permissions.some(({ at }) => at > latest)) return no('ingest.impossible_date', 'in the future');
    batch.permissions.set(
      incoming.sourceId,
      incoming.permissions.map((permission) => ({
        ...permission,
        personId: person!.id,
        teamKey: person!.teamKey,
        source: delivery.source,
        sourceId: incoming.sourceId,
      })),
    );
    return TAKEN;
  }

  /** Finds the neighbourhood and the team of everybody who changed. */
  private async settle(
    batch: Batch,
    people: readonly { record: IncomingPerson; place: number }[],
    verdicts: Verdict[],
  ): Promise<void> {
    const described = [...batch.changed.values()];
    const homes = await this.places.locate(present(described.map(({ described: { postcode } }) => postcode)));
    const practices = await this.places.areasOfPractices(
      present(described.map(({ described: { practiceCode } }) => practiceCode)),
    );
    for (const person of described) {
      const { postcode, practiceCode } = person.described;
      const home = postcode ? homes.get(postcode) : undefined;
      if (postcode !== null || !person.secondHand) {
        person.lsoa = home?.lsoa ?? null;
        person.imdDecile = home?.imdDecile ?? null;
      }
      const told = person.described.nation ?? (postcode ? nationOfPostcode(postcode, home?.lsoa ?? null) : null);
      person.nation = told ?? (person.secondHand ? person.nation : 'england');
      const team = home?.demoArea ?? (practiceCode ? (practices.get(practiceCode) ?? null) : null);
      const changedHome = postcode !== null && postcode !== person.postcode;
      person.left = !person.isNew && changedHome && team === null && person.teamKey !== null && !person.movedAwayOn;
      person.cameBack = !person.isNew && changedHome && team !== null && person.movedAwayOn !== null;
      // Who moves out of every area keeps the team that lets them go.
      person.teamKey = team ?? person.teamKey;
    }
    for (const { record, place } of people) {
      if (verdicts[place]!.taken && record.postcode && !homes.has(record.postcode)) {
        verdicts[place] = {
          taken: true,
          remarks: ['The postcode is not known here: neighbourhood and deprivation unknown'],
        };
      }
    }
  }

  private async write(batch: Batch, { runId, source }: Delivery): Promise<void> {
    const at = this.clock.now();
    const acts: AuditedAct[] = [];
    const act = (personId: string, action: string, detail: AuditedAct['detail']): void => {
      acts.push({ action, subjectKind: 'person', subjectId: personId, personId, detail: { ...detail, runId, source } });
    };

    for (const { id, isNew } of await this.tables.savePeople([...batch.changed.values()], at)) {
      act(id, isNew ? 'person.registered' : 'person.updated', {});
    }
    for (const { id, removed } of await this.tables.saveProxies([...batch.changed.values()], source, at)) {
      act(id, removed ? 'proxy.removed' : 'proxy.recorded', {});
    }
    const facts = await this.tables.saveFacts(source, batch.facts, at);
    for (const [personId, count] of countBy(facts)) act(personId, 'facts.recorded', { count });
    const takenBack = await this.tables.takeBackPermissions(source, batch.permissions);
    for (const [personId, count] of countBy(takenBack)) act(personId, 'permissions.taken-back', { count });
    const permissions = await this.tables.savePermissions(source, batch.permissions);
    for (const [personId, count] of countBy(permissions.map((each) => each.personId))) {
      act(personId, 'permissions.recorded', { count });
    }
    await this.audit.recordAll(acts);

    for (const { person, on } of batch.died.values()) {
      await this.population.recordDeath({ personId: person.id, on, source });
    }
    for (const { id } of [...batch.changed.values()].filter(({ left }) => left)) {
      await this.population.recordMoveAway({ personId: id, on: at.toISOString().slice(0, 10), source });
    }
    const refusals = permissions.filter(
      ({ channel, purpose, allowed }) => channel === 'all' && purpose === 'all' && !allowed,
    );
    for (const { personId, teamKey } of refusals) {
      await this.population.sayLeft({ id: personId, teamKey }, 'opted-out');
    }
  }
}

function whom(reference: PersonReference, batch: Batch): KnownPerson | undefined {
  return 'nhsNumber' in reference
    ? batch.byNhsNumber.get(reference.nhsNumber)
    : batch.byIdentifier.get(keyOf(reference));
}

function keyOf({ system, value }: { system: string; value: string }): string {
  return `${system}\n${value}`;
}

function no(...because: Parameters<typeof refuse>): Verdict {
  return { taken: false, ...refuse(...because) };
}

function present(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))];
}

function countBy(ids: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

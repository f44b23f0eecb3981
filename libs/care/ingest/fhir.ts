import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { parseNhsNumber } from '#platform/kernel';
import type { CodeLists } from './code-lists.js';
import { readConsent } from './fhir-consent.js';
import { readCondition, readEvent, readObservation, type Said } from './fhir-facts.js';
import { NHS_NUMBER_SYSTEM, readPatient, sourceSystem } from './fhir-patient.js';
import * as shapes from './fhir-shapes.js';
import { refuse } from './reasons.js';
import type { PersonReference, Reading, Refusal } from './record.js';

export interface Feed {
  readonly source: string;
  readonly lists: CodeLists;
  /** ISO day of the import. */
  readonly today: string;
}

interface Resource {
  readonly resourceType: string;
  readonly id?: string;
}

type Reader = (row: object, line: string, feed: Feed) => Reading;

/** Reads one line of FHIR R4 bulk NDJSON. */
export function readFhirLine(line: string, feed: Feed): Reading & { readonly kind: string } {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return { kind: 'row', ...refuse('ingest.not_json') };
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    return { kind: 'row', ...refuse('ingest.not_json') };
  }
  const type = (row as Partial<Resource>).resourceType;
  if (typeof type !== 'string') return { kind: 'row', ...refuse('ingest.unknown_resource') };
  const reader = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (reader) return { kind: type, ...reader(row, line, feed) };
  if (type === 'Bundle') return { kind: type, ...refuse('ingest.bundle') };
  if (shapes.OTHER_RESOURCES.has(type)) return { kind: type, unused: `${type} (nothing of it is kept)` };
  return { kind: 'row', ...refuse('ingest.unknown_resource') };
}

const READERS: Readonly<Record<string, Reader>> = {
  Patient: checked(shapes.patientSchema, (patient, _line, feed) => readPatient(patient, feed.source, feed.today)),
  Condition: facts(
    shapes.conditionSchema,
    'Condition',
    (row) => row.subject,
    ({ lists }, row) => readCondition(lists, row),
  ),
  Observation: facts(
    shapes.observationSchema,
    'Observation',
    (row) => row.subject,
    ({ lists }, row) => readObservation(lists, row),
  ),
  MedicationRequest: facts(
    shapes.medicationRequestSchema,
    'MedicationRequest',
    (row) => row.subject,
    ({ lists }, row) =>
      readEvent(lists, 'MedicationRequest', {
        status: row.status,
        codes: row.medicationCodeableConcept,
        when: row.authoredOn,
        notYet: ['draft', 'unknown'],
      }),
  ),
  Immunization: facts(
    shapes.immunizationSchema,
    'Immunization',
    (row) => row.patient,
    ({ lists }, row) =>
      readEvent(lists, 'Immunization', { status: row.status, codes: row.vaccineCode, when: row.occurrenceDateTime }),
  ),
  Procedure: facts(
    shapes.procedureSchema,
    'Procedure',
    (row) => row.subject,
    ({ lists }, row) =>
      readEvent(lists, 'Procedure', {
        status: row.status,
        codes: row.code,
        when: row.performedDateTime ?? row.performedPeriod?.start,
        notYet: ['preparation', 'unknown'],
      }),
  ),
  ServiceRequest: facts(
    shapes.serviceRequestSchema,
    'ServiceRequest',
    (row) => row.subject,
    ({ lists }, row) =>
      readEvent(lists, 'ServiceRequest', {
        status: row.status,
        codes: row.code,
        when: row.authoredOn,
        notYet: ['draft', 'unknown'],
      }),
  ),
  Flag: facts(
    shapes.flagSchema,
    'Flag',
    (row) => row.subject,
    ({ lists }, row) =>
      readEvent(lists, 'Flag', {
        status: row.status,
        codes: row.code,
        when: row.period?.start ?? row.meta?.lastUpdated,
        end: row.period?.end ?? (row.status === 'inactive' ? row.meta?.lastUpdated : undefined),
      }),
  ),
  Consent: checked(shapes.consentSchema, (consent, line, feed) => {
    const said = readConsent(consent);
    if (!('permissions' in said)) return said;
    const person = personOf(consent.patient, feed.source);
    if ('refused' in person) return person;
    const sourceId = sourceIdOf('Consent', consent.id, line);
    return { record: { kind: 'permissions', person, sourceId, permissions: said.permissions } };
  }),
};

function checked<Row>(schema: z.ZodType<Row>, read: (row: Row, line: string, feed: Feed) => Reading): Reader {
  return (row, line, feed) => {
    const outcome = schema.safeParse(row);
    if (!outcome.success) return refuse('ingest.wrong_shape', whatIsWrong(outcome.error.issues));
    return read(outcome.data, line, feed);
  };
}

function facts<Row extends { id?: string }>(
  schema: z.ZodType<Row>,
  type: string,
  subjectOf: (row: Row) => shapes.Reference | undefined,
  read: (feed: Feed, row: Row) => Said,
): Reader {
  return checked(schema, (row, line, feed) => {
    const said = read(feed, row);
    if (!('facts' in said)) return said;
    const person = personOf(subjectOf(row), feed.source);
    if ('refused' in person) return person;
    return { record: { kind: 'facts', person, sourceId: sourceIdOf(type, row.id, line), facts: said.facts } };
  });
}

/** Whom a reference means: `Patient/1`, an absolute address, `urn:uuid:…`, `Patient?identifier=…` or an identifier. */
export function personOf(
  reference: shapes.Reference | undefined,
  source: string,
): PersonReference | { readonly refused: Refusal } {
  const identifier = reference?.identifier;
  if (identifier?.system && identifier.value) return byIdentifier(identifier.system, identifier.value);
  const text = reference?.reference ?? '';
  const conditional = /^Patient\?identifier=([^|]+)\|(.+)$/.exec(text);
  if (conditional) return byIdentifier(decoded(conditional[1]!), decoded(conditional[2]!));
  const id = /^(?:urn:uuid:|(?:.*\/)?Patient\/)([^/]+)(?:\/_history\/.+)?$/.exec(text)?.[1];
  return id ? { system: sourceSystem(source), value: id } : refuse('ingest.no_person');
}

function byIdentifier(system: string, value: string): PersonReference | { readonly refused: Refusal } {
  if (system !== NHS_NUMBER_SYSTEM) return { system, value };
  const nhsNumber = parseNhsNumber(value);
  return nhsNumber ? { nhsNumber } : refuse('ingest.bad_nhs_number');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The row's own id, or else what it says: the same line again is the same row. */
export function sourceIdOf(type: string, id: string | undefined, line: string): string {
  return `${type}/${id ?? createHash('sha256').update(line).digest('hex').slice(0, 32)}`;
}

/** Where the shape is wrong and what was expected; a received value is never repeated. */
export function whatIsWrong(issues: readonly z.core.$ZodIssue[]): string {
  const first = issues.slice(0, 3).map((issue) => {
    const expected = issue.code === 'invalid_type' ? `expected ${issue.expected}` : issue.code.replaceAll('_', ' ');
    return `${issue.path.join('.') || 'row'}: ${expected}`;
  });
  return first.join('; ');
}

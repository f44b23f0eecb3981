import { type Nation, parseNhsNumber } from '#platform/kernel';
import { parseDay, parseWhen } from './dates.js';
import type { Concept, Patient } from './fhir-shapes.js';
import { tidyEmail, tidyPhone, tidyPostcode } from './contact-details.js';
import { refuse } from './reasons.js';
import {
  type AccessibleFormat,
  ACCESSIBLE_FORMATS,
  type Identifier,
  type IncomingProxy,
  type ProxyRelation,
  type Reading,
} from './record.js';

export const NHS_NUMBER_SYSTEM = 'https://fhir.nhs.uk/Id/nhs-number';
const ETHNIC_CATEGORY = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory';
const CONTACT_PREFERENCE = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactPreference';
export const WRITTEN_FORMAT_SYSTEM = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-PreferredWrittenCommunicationFormat';
/** For formats that UK Core has no code for. */
export const FORMAT_SYSTEM = 'urn:fairway:format';
/** UK Core value set PreferredWrittenCommunicationFormat 2.1.0, read 22 November 2026. */
const WRITTEN_FORMATS: Readonly<Record<string, AccessibleFormat>> = {
  '11': 'large-print',
  '12': 'braille',
  '13': 'audio',
};
/**
 * HL7 v3 RoleCode. Only those who speak for somebody by right: a next of kin or a carer among the contacts is not asked
 * in their stead.
 */
const SPEAKS_FOR: Readonly<Record<string, ProxyRelation>> = {
  PRN: 'parent',
  MTH: 'parent',
  FTH: 'parent',
  GUARD: 'guardian',
  POWATT: 'attorney',
};
/** ISO 3166-2:GB, and the names as people write them. */
const COUNTRIES: Readonly<Record<string, Nation>> = {
  'gb-eng': 'england',
  england: 'england',
  'gb-wls': 'wales',
  'gb-cym': 'wales',
  wales: 'wales',
  cymru: 'wales',
  'gb-sct': 'scotland',
  scotland: 'scotland',
  'gb-nir': 'northern-ireland',
  'northern ireland': 'northern-ireland',
};
/** Licences and social security numbers name people to others; they are no key of a care record. */
const NOT_OURS = new Set(['SS', 'DL', 'PPN', 'TAX', 'SB']);
/** Confidentiality above normal, as PDS marks an address that must not be shown. */
const RESTRICTED = new Set(['R', 'V']);

/** The system under which a source's own ids are kept, so that two sources may use the same id. */
export function sourceSystem(source: string): string {
  return `source/${source}`;
}

/** A Patient as a person of the register. */
export function readPatient(patient: Patient, source: string, importedOn: string): Reading {
  const remarks: string[] = [];
  let nhsNumber: string | null = null;
  const identifiers: Identifier[] = [];
  if (patient.id) identifiers.push({ system: sourceSystem(source), value: patient.id });
  for (const { system, value, use, type } of patient.identifier ?? []) {
    if (!system || !value || use === 'old') continue;
    if (system === NHS_NUMBER_SYSTEM) {
      nhsNumber = parseNhsNumber(value);
      if (!nhsNumber) return refuse('ingest.bad_nhs_number');
    } else if (!type?.coding?.some(({ code }) => NOT_OURS.has(code ?? ''))) {
      identifiers.push({ system, value });
    }
  }
  if (!nhsNumber && !patient.id) return refuse('ingest.no_identity');

  const birthDate = parseDay(patient.birthDate ?? '');
  if (!birthDate) return refuse('ingest.missing_birth_date', 'birthDate');

  const names = (patient.name ?? []).filter((name) => name.family?.trim() && name.use !== 'old');
  const name = names.find(({ use }) => use === 'official') ?? names.find(({ use }) => use === 'usual') ?? names[0];
  if (!name) return refuse('ingest.missing_name', 'name');

  let deceasedOn: string | null = null;
  if (patient.deceasedDateTime !== undefined) {
    const when = parseWhen(patient.deceasedDateTime);
    if (!when) return refuse('ingest.impossible_date', 'deceasedDateTime');
    deceasedOn = when.from.slice(0, 10);
  } else if (patient.deceasedBoolean) {
    // Dead, but not known since when: the day we were told.
    deceasedOn = parseWhen(patient.meta?.lastUpdated ?? '')?.from.slice(0, 10) ?? importedOn;
  }

  const addresses = (patient.address ?? []).filter(({ use }) => use !== 'old' && use !== 'billing');
  const address = addresses.find(({ use }) => use === 'home') ?? addresses[0];
  const postcode = tidyPostcode(address?.postalCode);
  if (address?.postalCode && !postcode) remarks.push('A postcode that is none of the UK was left out');

  const told = (system: string): string | undefined =>
    (patient.telecom ?? []).find((contact) => contact.system === system && contact.use !== 'old')?.value;
  const mobile = (patient.telecom ?? []).find(
    (contact) => (contact.system === 'phone' || contact.system === 'sms') && contact.use === 'mobile',
  )?.value;
  const email = tidyEmail(told('email'));
  if (told('email') && !email) remarks.push('An e-mail address that cannot be used was left out');
  const phone = tidyPhone(mobile ?? told('phone') ?? told('sms'));

  const spoken = patient.communication ?? [];
  const language = codeOf((spoken.find(({ preferred }) => preferred) ?? spoken[0])?.language);
  const format = readFormat(patient);
  if (format === 'unknown') remarks.push('An accessible format that we do not know was left out: ask them');
  const practice = patient.generalPractitioner?.find(({ identifier }) =>
    identifier?.system?.includes('ods-organization'),
  );
  const ethnic = codeOf(patient.extension?.find(({ url }) => url === ETHNIC_CATEGORY)?.valueCodeableConcept);

  return {
    record: {
      kind: 'person',
      nhsNumber,
      identifiers,
      given: (name.given ?? []).join(' ').trim(),
      family: name.family!.trim(),
      birthDate,
      sex: patient.gender ?? 'unknown',
      ethnicCategory: ethnic && /^([A-HJ-NPRSZ]|99)$/.test(ethnic) ? ethnic : null,
      language: language?.toLowerCase().slice(0, 20) ?? null,
      nation: COUNTRIES[address?.country?.trim().toLowerCase() ?? ''] ?? null,
      format: format === 'unknown' ? null : format,
      proxy: readProxy(patient, importedOn),
      email,
      phone,
      addressLine: [...(address?.line ?? []), address?.city].filter(Boolean).join(', ') || null,
      postcode,
      practiceCode: practice?.identifier?.value?.slice(0, 20) ?? null,
      deceasedOn,
      sensitive: patient.meta?.security?.some(({ code }) => RESTRICTED.has(code ?? '')) ?? false,
    },
    remarks,
  };
}

/** The format a person asked to be written to in; null when they did not say. */
function readFormat(patient: Patient): AccessibleFormat | 'unknown' | null {
  const preference = patient.extension?.find(({ url }) => url === CONTACT_PREFERENCE)?.extension;
  const wish = preference?.find(({ url }) => url === 'PreferredWrittenCommunicationFormat')?.valueCodeableConcept;
  if (!wish?.coding?.length) return null;
  for (const { system, code = '' } of wish.coding) {
    if (system === WRITTEN_FORMAT_SYSTEM && WRITTEN_FORMATS[code]) return WRITTEN_FORMATS[code];
    const own = ACCESSIBLE_FORMATS.find((each) => each === code);
    if (system === FORMAT_SYSTEM && own) return own;
  }
  return 'unknown';
}

/** The first of the contacts who speaks for the person and can be named. */
function readProxy(patient: Patient, on: string): IncomingProxy | null {
  for (const { relationship, name, telecom = [], period } of patient.contact ?? []) {
    const codes = (relationship ?? []).flatMap(({ coding }) => coding ?? []).map(({ code }) => code ?? '');
    const relation = codes.map((code) => SPEAKS_FOR[code]).find((each) => each !== undefined);
    const called = (name?.text ?? [...(name?.given ?? []), name?.family].filter(Boolean).join(' ')).trim();
    const over = period?.end !== undefined && period.end.slice(0, 10) < on;
    if (!relation || !called || over) continue;
    const told = (system: string): string | undefined =>
      telecom.find((contact) => contact.system === system && contact.use !== 'old')?.value;
    return { name: called, relation, email: tidyEmail(told('email')), phone: tidyPhone(told('phone') ?? told('sms')) };
  }
  return null;
}

function codeOf(concept: Concept | undefined): string | undefined {
  return concept?.coding?.find(({ code }) => code)?.code;
}

import { parseNhsNumber } from '#platform/kernel';
import { parseDay, parseWhen } from './dates.js';
import type { Concept, Patient } from './fhir-shapes.js';
import { tidyEmail, tidyPhone, tidyPostcode } from './contact-details.js';
import { refuse } from './reasons.js';
import type { Identifier, Reading } from './record.js';

export const NHS_NUMBER_SYSTEM = 'https://fhir.nhs.uk/Id/nhs-number';
const ETHNIC_CATEGORY = 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory';
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

function codeOf(concept: Concept | undefined): string | undefined {
  return concept?.coding?.find(({ code }) => code)?.code;
}

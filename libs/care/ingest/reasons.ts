import type { Refusal } from './record.js';

/** Every reason a row is set aside for: what is wrong, and how to mend it. Public and stable. */
export const REASONS = {
  'ingest.not_json':
    'The line is not one whole JSON object. Send one resource a line (NDJSON), with no line break inside.',
  'ingest.not_utf8': 'The line is not UTF-8 text. Save the file as UTF-8 and deliver it again.',
  'ingest.too_long': 'The line is longer than one megabyte. Leave out attachments and narrative text.',
  'ingest.damaged_file':
    'The file is damaged or cut short from here on: nothing after this line could be read. Deliver it again.',
  'ingest.bad_character':
    'The row holds a character that cannot be kept (a zero byte or half a surrogate pair). Remove it.',
  'ingest.unknown_resource': 'The resource type is missing or is none of FHIR R4. Check `resourceType`.',
  'ingest.bundle': 'The line is a Bundle. Send each of its resources on a line of its own.',
  'ingest.wrong_shape': 'The row does not have the expected shape.',
  'ingest.bad_header':
    'The header does not name the columns of people, facts or permissions. See the documented headers.',
  'ingest.wrong_columns':
    'The row does not have as many values as the header has columns. Quote values that hold commas.',
  'ingest.no_person': 'The row does not say whom it is about. Give a reference to the patient, or an NHS number.',
  'ingest.unknown_person':
    'Nobody with this NHS number or identifier is in the register. Deliver the person first, or in the same import.',
  'ingest.bad_nhs_number':
    'The NHS number is not valid: ten digits whose last is the check digit. Correct it or leave it out.',
  'ingest.nhs_number_reused':
    'The NHS number belongs to somebody with another date of birth. Find out which record is wrong; people are never merged here.',
  'ingest.identity_conflict':
    'The identifiers belong to different people, or to somebody with another date of birth. Find out which record is wrong; people are never merged here.',
  'ingest.no_identity': 'The person has neither an NHS number nor an id. Give one of them.',
  'ingest.missing_name': 'The person has no family name. Give the official name.',
  'ingest.missing_birth_date': 'The date of birth is missing or is not a whole date. Give year, month and day.',
  'ingest.impossible_date': 'A date cannot be true.',
  'ingest.missing_date': 'The row does not say when it was so. Give a date.',
  'ingest.impossible_value': 'A value cannot be true.',
  'ingest.unknown_unit': 'The unit is missing or is not one we can convert.',
  'ingest.incomplete_reading':
    'A blood pressure needs its systolic and its diastolic value from the same reading. Send both in one row.',
  'ingest.unknown_fact': 'The kind and code are not in a code list of programmes/code-lists.',
  'ingest.consent_unclear':
    'The row refuses something, but not clearly what. Say which contact is refused (channel and purpose) so that nobody is contacted against their will.',
} as const;

export type Reason = keyof typeof REASONS;

/** A refusal with the standing explanation, and where in the row when that is known. Never pass a value of the row. */
export function refuse(reason: Reason, where?: string): { readonly refused: Refusal } {
  return { refused: { reason, explain: where ? `${REASONS[reason]} (${where})` : REASONS[reason] } };
}

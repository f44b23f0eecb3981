export { CodeLists, CodeListWrong, shippedFolder } from './code-lists.js';
export { CSV_COLUMNS } from './csv.js';
export { parseDay } from './dates.js';
export { CHANNEL_SYSTEM, PURPOSE_SYSTEM } from './fhir-consent.js';
export { NHS_NUMBER_SYSTEM, sourceSystem } from './fhir-patient.js';
export { ImportRunMissing } from './ingest.faults.js';
export { IngestModule } from './ingest.module.js';
export type { ImportRun, QuarantinedRow } from './ingest.repository.js';
export type { Format, ImportResult, IncomingFile } from './ingest.service.js';
export { IngestService } from './ingest.service.js';
export type { Reason } from './reasons.js';
export { REASONS, refuse } from './reasons.js';
export type {
  Channel,
  FactKind,
  Identifier,
  IncomingFact,
  IncomingFacts,
  IncomingPermission,
  IncomingPermissions,
  IncomingPerson,
  IncomingRecord,
  PersonReference,
  Sex,
  Verdict,
} from './record.js';
export { CHANNELS, FACT_KINDS, RegisterDoor } from './record.js';

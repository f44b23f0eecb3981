export { CodeLists, CodeListWrong, shippedFolder } from './code-lists.js';
export { CSV_COLUMNS } from './csv.js';
export { parseDay } from './dates.js';
export { CHANNEL_SYSTEM, PURPOSE_SYSTEM } from './fhir-consent.js';
export { FORMAT_SYSTEM, NHS_NUMBER_SYSTEM, sourceSystem, WRITTEN_FORMAT_SYSTEM } from './fhir-patient.js';
export { ImportRunMissing } from './ingest.faults.js';
export { IngestModule } from './ingest.module.js';
export type { ImportRun, QuarantinedRow } from './ingest.repository.js';
export type { Format, ImportResult, IncomingFile } from './ingest.service.js';
export { IngestService } from './ingest.service.js';
export type { Reason } from './reasons.js';
export { REASONS, refuse } from './reasons.js';
export type {
  AccessibleFormat,
  Channel,
  FactKind,
  Identifier,
  IncomingFact,
  IncomingFacts,
  IncomingPermission,
  IncomingPermissions,
  IncomingPerson,
  IncomingProxy,
  IncomingRecord,
  PersonReference,
  ProxyRelation,
  Sex,
  Verdict,
} from './record.js';
export { CHANNELS, FACT_KINDS, RegisterDoor } from './record.js';

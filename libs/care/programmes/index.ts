export type {
  Attempt,
  BranchStep,
  ContactStep,
  Ending,
  Example,
  FindingState,
  Known,
  KnownFact,
  Leave,
  MeasureStep,
  Next,
  NotActionable,
  Outcome,
  PriorityPart,
  ProgrammeDefinition,
  RecheckStep,
  ReferralStep,
  Script,
  SendingHours,
  Source,
  Step,
  TaskStep,
  TogetherStep,
  WaitStep,
} from './definition.js';
export { answersFrom, evaluate, HOME_READINGS, londonDay, reaches, until, windowStart } from './evaluate.js';
export { checkFile } from './checked-file.js';
export type { Judgement, Reason } from './judgement.js';
export { findHolding, judge, leavesIf, prioritise } from './judgement.js';
export type { Finding, Mistake } from './mistake.js';
export { readProgramme } from './programme-file.js';
export type { LoadedProgramme } from './programme.repository.js';
export { ProgrammeMissing, ProgrammeVersionMissing } from './programmes.faults.js';
export { ProgrammesModule } from './programmes.module.js';
export type { LoadOutcome, PlainProgramme } from './programmes.service.js';
export { ProgrammesService, shippedProgrammes } from './programmes.service.js';
export type { Answer, AnswerLeaf, CoolOff, Evidence, Leaf, LeafAnswer, PersonPart, Rule } from './rule.js';
export { answer, leavesOf, PERSON_PARTS } from './rule.js';
export { EXITS, nearest } from './vocabulary.js';
export { waysOut } from './script.js';
export { describe, inWords } from './words.js';

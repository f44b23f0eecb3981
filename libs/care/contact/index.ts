export {
  AnswerNotOffered,
  ContactPolicyMissing,
  LinkClosed,
  LinkExpired,
  LinkUnknown,
  MessageEpisodeMissing,
  TemplateMissing,
} from './contact.faults.js';
export { ContactModule } from './contact.module.js';
export { ContactService } from './contact.service.js';
export type { PolicyLoadOutcome } from './contact-policy.service.js';
export { ContactPolicy } from './contact-policy.service.js';
export type { ContactBudget, PolicyTerms, QuietHours, SendingHours } from './contact-policy.js';
export { NO_WORDS } from './message.js';
export type { MessageCall, MessageFate, SendingOutcome, StoredFate } from './message.js';
export type { Receipt, ReceiptOutcome, ReceiptStatus } from './receipts.service.js';
export { ReceiptsService } from './receipts.service.js';
export type { Answer, Later, LinkPurpose, ReplyPage } from './reply-link.js';
export { ANSWERS, hashOf, LATER, newToken } from './reply-link.js';
export { FORMATS } from './contact-policy.js';
export type { Format } from './contact-policy.js';
export type { Difference } from './templates/differences.js';
export { frameOf, LANGUAGES } from './templates/frame.js';
export type { Preview, PreviewWanted } from './templates/preview.js';
export { TemplateNotApproved, TemplateReplaced, TemplateVersionMissing } from './templates/template.faults.js';
export type { ListedVersion, Standing, TemplateVersion } from './templates/template.repository.js';
export type {
  ComparedWords,
  FoundTemplate,
  LoadedTemplates,
  TemplateWithWords,
  Wanted,
} from './templates/templates.service.js';
export { shippedTemplates, TemplatesService } from './templates/templates.service.js';
export type { Content, TemplateDefinition, Wording, Written } from './templates/wording.js';
export { maySend, WRITTEN } from './templates/wording.js';

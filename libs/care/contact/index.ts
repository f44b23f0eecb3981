export {
  AnswerNotOffered,
  LinkClosed,
  LinkExpired,
  LinkUnknown,
  MessageEpisodeMissing,
  TemplateMissing,
} from './contact.faults.js';
export { ContactModule } from './contact.module.js';
export { ContactService } from './contact.service.js';
export type { MessageCall, MessageFate } from './message.js';
export type { Answer, LinkPurpose, ReplyPage } from './reply-link.js';
export { ANSWERS } from './reply-link.js';
export { readingGrade } from './templates/readability.js';
export { TemplateNotApproved, TemplateReplaced, TemplateVersionMissing } from './templates/template.faults.js';
export type { ListedVersion, Standing, TemplateVersion } from './templates/template.repository.js';
export type { FoundTemplate, LoadedTemplates, TemplateWithWords, Wanted } from './templates/templates.service.js';
export { shippedTemplates, TemplatesService } from './templates/templates.service.js';
export type { Content, Format, TemplateDefinition, Wording, Written } from './templates/wording.js';
export { FORMATS, WRITTEN } from './templates/wording.js';

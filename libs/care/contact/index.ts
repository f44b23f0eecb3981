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
export { TEMPLATES } from './templates/index.js';

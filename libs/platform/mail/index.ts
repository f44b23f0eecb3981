export type { DeliveryReport } from './delivery-report.js';
export { readDeliveryReport } from './delivery-report.js';
export { MailRefused, MailUnavailable, MailUncertain } from './mail.faults.js';
export { MailModule } from './mail.module.js';
export { parseMailAddress } from './mail-address.js';
export type { Mail } from './mailer.js';
export { Mailer } from './mailer.js';

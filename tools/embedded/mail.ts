import { readEnvironment, readPort } from './environment.ts';
import { serveOnLoopback, stopOnSignal } from './loopback.ts';
import { MailCatcher } from './mail-catcher.ts';
import { mailPages } from './mail-pages.ts';
import { Mailbox } from './mailbox.ts';

const environment = readEnvironment(['SMTP_PORT', 'MAIL_WEB_PORT', 'MAIL_DATA']);
const smtpPort = readPort('SMTP_PORT', environment.SMTP_PORT);
const webPort = readPort('MAIL_WEB_PORT', environment.MAIL_WEB_PORT);

const mailbox = new Mailbox(environment.MAIL_DATA);
const catcher = new MailCatcher(mailbox, smtpPort);

await catcher.start();
const web = await serveOnLoopback(webPort, mailPages(mailbox, catcher));
stopOnSignal(web, () => catcher.stop());
console.log('ready');

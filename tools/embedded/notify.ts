import { readEnvironment, readPort } from './environment.ts';
import { serveOnLoopback, stopOnSignal } from './loopback.ts';
import { NotifyBox } from './notify-box.ts';
import { NotifyOffice } from './notify-office.ts';
import { notifyPages } from './notify-pages.ts';

const environment = readEnvironment([
  'NOTIFY_PORT',
  'NOTIFY_DATA',
  'NOTIFY_API_KEY',
  'NOTIFY_CALLBACK_URL',
  'NOTIFY_CALLBACK_TOKEN',
]);
const port = readPort('NOTIFY_PORT', environment.NOTIFY_PORT);

const box = new NotifyBox(environment.NOTIFY_DATA);
const office = new NotifyOffice(box, {
  apiKey: environment.NOTIFY_API_KEY,
  callbackUrl: environment.NOTIFY_CALLBACK_URL,
  callbackToken: environment.NOTIFY_CALLBACK_TOKEN,
});
const web = await serveOnLoopback(port, notifyPages(box, office));
stopOnSignal(web, () => office.stop());
console.log('ready');

export { parseMobileNumber } from './mobile-number.js';
export type { NotifyLetter, NotifyText } from './notify.js';
export { Notify } from './notify.js';
export { NotifyRefused, NotifyUnavailable, NotifyUncertain } from './notify.faults.js';
export { NotifyModule } from './notify.module.js';

export { ConfigModule, Settings } from './config.module.js';
export type { SettingsValues } from './settings.js';
export { readSettings, SettingsWrong } from './settings.js';

export { EncryptingCodec } from './payload-codec.js';
export { FAILURE_CONVERTER_PATH, Temporal } from './temporal.js';
export { TemporalModule } from './temporal.module.js';
export { canSkipTime, skipTime } from './time-skipping.js';

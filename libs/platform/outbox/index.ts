export type { OutboxMessage, OutboxTopic } from './outbox.js';
export { Outbox, OUTBOX_TOPICS } from './outbox.js';
export { OutboxModule } from './outbox.module.js';

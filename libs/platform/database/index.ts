export type { Change, Connection } from './database.js';
export { Database, DatabaseReadOnly } from './database.js';
export { DatabaseModule } from './database.module.js';
export { Prisma } from './generated/client.js';
export { violatesUnique } from './violations.js';

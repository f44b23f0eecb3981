export type { Actor, AuditedAct } from './audit.js';
export { Audit } from './audit.js';
export { AuditModule } from './audit.module.js';

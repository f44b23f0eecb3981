export type { Caller } from '#platform/identity';
export { CurrentUser, Needs, Public } from './access.js';
export { IDENTITY_CONTROLLERS, IdentityApiModule } from './identity-api.module.js';

export type { Caller } from './caller.js';
export { actorOf, callerFromAccount, callerFromToken } from './caller.js';
export type { Claims } from './claims.js';
export { readClaims } from './claims.js';
export {
  AccountRefused,
  CsrfWrong,
  NotAllowed,
  NotSignedIn,
  ProviderUnavailable,
  SignInFailed,
} from './identity.faults.js';
export { IdentityModule } from './identity.module.js';
export type { MachineToken } from './machine-tokens.js';
export { MachineTokens } from './machine-tokens.js';
export { OidcClient } from './oidc-client.js';
export type { Permission, Role } from './policy.js';
export {
  isRole,
  PERMISSIONS,
  permissionsOfRole,
  permissionsOfScopes,
  ROLE_PERMISSIONS,
  SCOPE_PERMISSIONS,
} from './policy.js';
export { safeReturnPath } from './return-path.js';
export type { Account, Session } from './sessions.service.js';
export { IDLE_MINUTES, LONGEST_HOURS, SessionsService } from './sessions.service.js';
export type { BegunSignIn } from './sign-in-seal.js';
export { SIGN_IN_MINUTES, SignInSeal } from './sign-in-seal.js';
export type { NamedKey, Workplace } from './workplaces.js';
export { Workplaces } from './workplaces.js';

import { Module } from '@nestjs/common';
import { MachineTokens } from './machine-tokens.js';
import { OidcClient } from './oidc-client.js';
import { SessionsService } from './sessions.service.js';
import { SignInSeal } from './sign-in-seal.js';
import { Workplaces } from './workplaces.js';

/** Who somebody is and what they may do. */
@Module({
  providers: [OidcClient, MachineTokens, SessionsService, SignInSeal, Workplaces],
  exports: [OidcClient, MachineTokens, SessionsService, SignInSeal, Workplaces],
})
export class IdentityModule {}

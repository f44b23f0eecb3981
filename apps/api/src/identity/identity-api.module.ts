import { Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { IdentityModule } from '#platform/identity';
import { ActorInterceptor } from './actor.interceptor.js';
import { Cookies } from './cookies.js';
import { DoorGuard } from './door.guard.js';
import { SessionController } from './session.controller.js';
import { SignInController } from './sign-in.controller.js';

export const IDENTITY_CONTROLLERS = [SessionController, SignInController];

/** Log-in, log-out and the guard before every route. Needs @fastify/cookie. */
@Module({
  imports: [IdentityModule],
  controllers: IDENTITY_CONTROLLERS,
  providers: [
    Cookies,
    { provide: APP_GUARD, useClass: DoorGuard },
    { provide: APP_INTERCEPTOR, useClass: ActorInterceptor },
  ],
})
export class IdentityApiModule {}

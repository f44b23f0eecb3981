import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import {
  type Caller,
  callerFromAccount,
  callerFromToken,
  MachineTokens,
  NotAllowed,
  NotSignedIn,
  type Permission,
  SessionsService,
} from '#platform/identity';
import { ACCESS, type Access, rememberCaller } from './access.js';
import { Cookies } from './cookies.js';
import { checkOwnPage } from './own-page.js';

const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]{1,8000})$/i;

/** Stands before every route: lets in who may, and refuses by NotSignedIn, NotAllowed or CsrfWrong. */
@Injectable()
export class DoorGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SessionsService,
    private readonly machines: MachineTokens,
    private readonly cookies: Cookies,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const places = [context.getHandler(), context.getClass()];
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, places);
    if (access?.to === 'anybody') return true;
    // The route's own pattern: an address may be written in many ways (%61pi), the pattern is one.
    if (!access && !request.routeOptions.url?.startsWith('/api')) return true;
    const permission = access?.permission;
    const caller = await this.callerOf(request, permission);
    // A route that names no permission is for people: what a machine may do is said by its scopes alone.
    if (permission ? !caller.permissions.includes(permission) : caller.kind === 'machine') {
      throw new NotAllowed(permission ?? 'none');
    }
    rememberCaller(request, caller);
    return true;
  }

  private async callerOf(request: FastifyRequest, permission: Permission | undefined): Promise<Caller> {
    const { authorization } = request.headers;
    // Whoever brings a token is judged by it alone, whatever cookie comes along.
    if (authorization !== undefined) {
      const token = BEARER.exec(authorization)?.[1];
      if (!token) throw new NotSignedIn();
      return callerFromToken(await this.machines.verify(token));
    }
    const value = this.cookies.session(request);
    // Listening for changes goes on by itself, and must not keep an unattended screen signed in.
    const session = value ? await this.sessions.find(value, { isUse: permission !== 'changes:read' }) : null;
    if (!session) throw new NotSignedIn();
    const { method, headers } = request;
    checkOwnPage(
      { method, token: headers['x-csrf-token'], origin: headers.origin },
      { csrfToken: session.csrfToken, origin: this.cookies.origin },
    );
    return callerFromAccount(session.account);
  }
}

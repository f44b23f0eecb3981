import { createParamDecorator, type CustomDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Caller, NotSignedIn, type Permission } from '#platform/identity';

export const ACCESS = 'fairway:access';
export type Access = { readonly to: 'anybody' } | { readonly to: 'permitted'; readonly permission: Permission };

/** Opens a route to anybody. Without this or `Needs`, a route under /api is for people who are signed in. */
export function Public(): CustomDecorator {
  return SetMetadata(ACCESS, { to: 'anybody' } satisfies Access);
}

/** Opens a route to callers whose role (people) or scopes (machines) give this permission. */
export function Needs(permission: Permission): CustomDecorator {
  return SetMetadata(ACCESS, { to: 'permitted', permission } satisfies Access);
}

const callers = new WeakMap<FastifyRequest, Caller>();

export function rememberCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}

/** Null on routes that are open to anybody. */
export function findCaller(request: FastifyRequest): Caller | null {
  return callers.get(request) ?? null;
}

/** The one who asks. Throws NotSignedIn on a route that let anybody in. */
export const CurrentUser = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const caller = findCaller(context.switchToHttp().getRequest<FastifyRequest>());
  if (!caller) throw new NotSignedIn();
  return caller;
});

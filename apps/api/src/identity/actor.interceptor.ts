import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Observable } from 'rxjs';
import { Audit } from '#platform/audit';
import { actorOf } from '#platform/identity';
import { findCaller } from './access.js';

/** Runs each handler as its caller, so that whatever it does is written down as theirs. */
@Injectable()
export class ActorInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const caller = findCaller(context.switchToHttp().getRequest<FastifyRequest>());
    if (!caller) return next.handle();
    return new Observable((subscriber) => Audit.as(actorOf(caller), () => next.handle().subscribe(subscriber)));
  }
}

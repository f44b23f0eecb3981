import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Settings } from '#platform/config';
import { ReceiptTokenWrong } from './receipts.faults.js';

const BEARER = /^Bearer (\S{1,500})$/i;

/** Lets in who shows the token of a setting; nobody where it is not set. Throws ReceiptTokenWrong. */
function checkToken(context: ExecutionContext, expected: string | undefined): true {
  const { authorization = '' } = context.switchToHttp().getRequest<FastifyRequest>().headers;
  const [, shown] = BEARER.exec(authorization) ?? [];
  if (!shown || !expected || !timingSafeEqual(digest(shown), digest(expected))) throw new ReceiptTokenWrong();
  return true;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

@Injectable()
export class NotifyTokenGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  canActivate(context: ExecutionContext): true {
    return checkToken(context, this.settings.get('NOTIFY_CALLBACK_TOKEN'));
  }
}

@Injectable()
export class BounceTokenGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  canActivate(context: ExecutionContext): true {
    return checkToken(context, this.settings.get('BOUNCE_TOKEN'));
  }
}

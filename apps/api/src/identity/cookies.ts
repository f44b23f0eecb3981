import { createHash } from 'node:crypto';
import '@fastify/cookie';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SIGN_IN_MINUTES } from '#platform/identity';
import { Settings } from '#platform/config';

const HERE = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The cookies of the log-in and the session: never for scripts, never for other sites. */
@Injectable()
export class Cookies {
  /** Where this site is, without a path. */
  readonly origin: string;
  private readonly suffix: string;
  private readonly options: { httpOnly: true; sameSite: 'lax'; path: '/'; secure: boolean };
  private readonly prefix: string;

  constructor(settings: Settings) {
    const { origin, protocol, hostname, port } = new URL(settings.get('PUBLIC_URL'));
    // Browsers count this machine's own names as safe ground, and take a Secure cookie from them without TLS.
    const secure = protocol === 'https:' || HERE.has(hostname);
    this.origin = origin;
    this.options = { httpOnly: true, sameSite: 'lax', path: '/', secure };
    // __Host- makes browsers refuse the name to a neighbouring host (RFC 6265bis section 4.1.3.2).
    this.prefix = secure ? '__Host-' : '';
    // Cookies ignore the port: two copies on one machine would end each other's sessions.
    this.suffix = port ? `_${port}` : '';
  }

  get sessionName(): string {
    return `${this.prefix}fairway_session${this.suffix}`;
  }

  session(request: FastifyRequest): string | undefined {
    return request.cookies[this.sessionName] || undefined;
  }

  setSession(reply: FastifyReply, value: string): void {
    // Without a lifetime of its own: the browser forgets it when it closes, the server ends it in any case.
    reply.setCookie(this.sessionName, value, this.options);
  }

  clearSession(reply: FastifyReply): void {
    reply.clearCookie(this.sessionName, this.options);
  }

  setSignIn(reply: FastifyReply, state: string, sealed: string): void {
    reply.setCookie(this.signInName(state), sealed, { ...this.options, maxAge: SIGN_IN_MINUTES * 60 });
  }

  /** The begun log-in of this state, which can be taken once. */
  takeSignIn(request: FastifyRequest, reply: FastifyReply, state: string): string | undefined {
    const name = this.signInName(state);
    const sealed = request.cookies[name];
    if (sealed) reply.clearCookie(name, this.options);
    return sealed || undefined;
  }

  /** One for each log-in, so that two windows can log in at the same time. */
  private signInName(state: string): string {
    const short = createHash('sha256').update(state).digest('hex').slice(0, 12);
    return `${this.prefix}fairway_sign_in${this.suffix}_${short}`;
  }
}

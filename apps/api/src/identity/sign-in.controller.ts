import { Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OidcClient, safeReturnPath, SessionsService, SignInFailed, SignInSeal } from '#platform/identity';
import { Describe } from '../http/describe.js';
import { page } from '../http/page.js';
import { Public } from './access.js';
import { Cookies } from './cookies.js';
import { checkOwnPage } from './own-page.js';
import { loggedOutSchema, type LoggedOutView } from './session.schema.js';
import { pageAbout } from './sign-in-pages.js';

/** Logging in and out. What a browser is sent to answers with pages for people, not with problem documents. */
@ApiTags('session')
@Public()
@Controller('auth')
export class SignInController {
  constructor(
    private readonly provider: OidcClient,
    private readonly sessions: SessionsService,
    private readonly seal: SignInSeal,
    private readonly cookies: Cookies,
  ) {}

  @Get('login')
  @ApiExcludeEndpoint()
  async begin(
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const returnTo = safeReturnPath(query.returnTo);
    // Begun by another of this machine's names, the way back would not find its cookie. Once only: behind a proxy
    // the name we are asked by may never be the public one.
    if (!query.here && request.headers.host !== new URL(this.cookies.origin).host) {
      return reply.redirect(`${this.cookies.origin}/auth/login?${new URLSearchParams({ here: 'yes', returnTo })}`, 302);
    }
    return orPage(reply, async () => {
      const { url, begun } = await this.provider.begin(returnTo, { again: query.again !== undefined });
      this.cookies.setSignIn(reply, begun.state, await this.seal.seal(begun));
      return reply.redirect(url, 302);
    });
  }

  @Get('callback')
  @ApiExcludeEndpoint()
  async finish(
    @Query('state') state: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    return orPage(reply, async () => {
      const valueBefore = this.cookies.session(request);
      const sealed = typeof state === 'string' ? this.cookies.takeSignIn(request, reply, state) : undefined;
      const begun = sealed ? await this.seal.open(sealed) : null;
      if (!begun) {
        // The back button brings people here who have long been in.
        if (valueBefore && (await this.sessions.find(valueBefore))) return reply.redirect('/', 302);
        throw new SignInFailed('expired');
      }
      const claims = await this.provider.finish(request.url.split('?')[1] ?? '', begun);
      this.cookies.setSession(reply, await this.sessions.open(claims, valueBefore));
      return reply.redirect(begun.returnTo, 302);
    });
  }

  @Post('logout')
  @Describe({
    summary: 'Ends the session. Send x-csrf-token.',
    caller: 'anybody',
    answer: loggedOutSchema,
    refusals: ['identity.csrf_wrong'],
  })
  async end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<LoggedOutView> {
    const value = this.cookies.session(request);
    const session = value ? await this.sessions.find(value, { isUse: false }) : null;
    if (value && session) {
      const { method, headers } = request;
      checkOwnPage(
        { method, token: headers['x-csrf-token'], origin: headers.origin },
        { csrfToken: session.csrfToken, origin: this.cookies.origin },
      );
      await this.sessions.end(value);
    }
    if (value) this.cookies.clearSession(reply);
    return { redirectTo: await this.provider.endUrl() };
  }
}

async function orPage(reply: FastifyReply, work: () => Promise<FastifyReply>): Promise<FastifyReply> {
  try {
    return await work();
  } catch (error) {
    const about = pageAbout(error);
    if (!about) throw error;
    return page(reply, about.page, about.status);
  }
}

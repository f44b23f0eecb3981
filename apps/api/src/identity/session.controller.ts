import { Controller, Get, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Settings } from '#platform/config';
import { permissionsOfRole, SessionsService, Workplaces } from '#platform/identity';
import { Describe } from '../http/describe.js';
import { Public } from './access.js';
import { Cookies } from './cookies.js';
import { sessionSchema, type SessionView } from './session.schema.js';

@ApiTags('session')
@Controller('api/session')
export class SessionController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly workplaces: Workplaces,
    private readonly cookies: Cookies,
    private readonly settings: Settings,
  ) {}

  @Get()
  @Public()
  @Describe({ summary: 'Who is signed in, and what they may do.', caller: 'anybody', answer: sessionSchema })
  async show(@Req() request: FastifyRequest): Promise<SessionView> {
    const mode = this.settings.get('FAIRWAY_MODE');
    const value = this.cookies.session(request);
    const session = value ? await this.sessions.find(value) : null;
    if (!session) return { signedIn: false, mode };
    const { id, name, role } = session.account;
    return {
      signedIn: true,
      user: { id, name, role, ...(await this.workplaces.of(session.account)) },
      csrfToken: session.csrfToken,
      mode,
      demo: mode === 'embedded',
      permissions: [...permissionsOfRole(role)],
    };
  }
}

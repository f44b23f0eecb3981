import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { InjectOptions, LightMyRequestResponse as Response } from 'fastify';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { AllocationService } from '#care/allocation';
import { ContactPolicy, TemplatesService } from '#care/contact';
import { ProgrammesService } from '#care/programmes';
import { ReferralsService } from '#care/referrals';
import { TasksService } from '#care/tasks';
import { ConfigModule, readSettings, Settings } from '#platform/config';
import { Database } from '#platform/database';
import { type Role, SessionsService } from '#platform/identity';
import { cloneDatabase, type DatabaseCopy } from '../../../test/database/index.js';
import { AppModule } from '../src/app.module.js';
import { furnish, MANNER, openDoor } from '../src/http/server.js';
import { Cookies } from '../src/identity/cookies.js';

export const TRIGGER_SECRET = `whsec_${Buffer.from('a secret only for this test').toString('base64')}`;
const KEY = Buffer.alloc(32, 7).toString('base64');

/** Somebody whose requests carry what their browser or machine would send. */
export type Ask = (options: InjectOptions) => Promise<Response>;

/** The whole API on a real database, with an identity provider that signs real tokens. */
export class Trial {
  private constructor(
    readonly app: NestFastifyApplication,
    private readonly copy: DatabaseCopy,
    private readonly provider: Provider,
  ) {}

  static async open(changes: Readonly<Record<string, string>> = {}): Promise<Trial> {
    const [copy, provider] = [await cloneDatabase(), await Provider.open()];
    const settings = readSettings({
      DATABASE_URL: copy.url,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_SECRET: 'unused',
      SMTP_URL: 'smtp://127.0.0.1:1',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      PAYLOAD_KEY: KEY,
      LINK_KEY: KEY,
      TRIGGER_SECRETS: JSON.stringify({ 'gp-system': TRIGGER_SECRET }),
      LOG_LEVEL: 'silent',
      ...changes,
    });
    const module = await Test.createTestingModule({ imports: [AppModule] })
      .overrideModule(ConfigModule)
      .useModule(settled(new Settings(settings)))
      .compile();
    const app = module.createNestApplication<NestFastifyApplication>(openDoor(), { ...MANNER, logger: false });
    await furnish(app);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return new Trial(app, copy, provider);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.provider.close();
    await this.copy.drop();
  }

  get database(): Database {
    return this.app.get(Database);
  }

  /** Asks without a session. */
  readonly anybody: Ask = (options) => this.app.inject(options);

  /** Somebody logged in, with their cookie and the token for changes. */
  async user(role: Role, { organisation = 'northamptonshire-care', team = teamOf(role) } = {}): Promise<Ask> {
    const sessions = this.app.get(SessionsService);
    const subject = `${role} of ${organisation} ${team ?? ''}`;
    const value = await sessions.open({ issuer: this.provider.issuer, subject, name: role, role, organisation, team });
    const session = await sessions.find(value);
    const cookies = { [this.app.get(Cookies).sessionName]: value };
    const token = session?.csrfToken ?? '';
    return ({ headers, ...options }) =>
      this.app.inject({ ...options, cookies, headers: { 'x-csrf-token': token, ...headers } });
  }

  /** A machine with an access token of these scopes. */
  async machine(scope: string): Promise<Ask> {
    const token = await this.provider.token(scope);
    return ({ headers, ...options }) =>
      this.app.inject({ ...options, headers: { authorization: `Bearer ${token}`, ...headers } });
  }

  /** One person of the team with a pathway, an open call task and a referral to the stop-smoking service. */
  async story({ family = 'Marlowe', nhsNumber = '9990000018' as string | null } = {}): Promise<Story> {
    const { client } = this.database;
    await this.app.get(ContactPolicy).load();
    await this.app.get(TemplatesService).load();
    const { mistakes } = await this.app.get(ProgrammesService).load('programmes');
    if (mistakes.length > 0) throw new Error(JSON.stringify(mistakes));
    await client.organisation.createMany({
      data: [
        { key: 'northamptonshire-care', name: 'Northamptonshire care', kind: 'care' },
        { key: 'northamptonshire-stop-smoking', name: 'Northamptonshire stop smoking', kind: 'service' },
      ],
      skipDuplicates: true,
    });
    await client.team.createMany({
      data: [
        {
          key: 'northamptonshire',
          name: 'Northamptonshire team',
          organisation: 'northamptonshire-care',
          area: 'northamptonshire',
        },
      ],
      skipDuplicates: true,
    });
    await client.service.createMany({
      data: [
        {
          organisation: 'northamptonshire-stop-smoking',
          name: 'Northamptonshire stop smoking',
          kind: 'stop-smoking',
          area: 'northamptonshire',
        },
      ],
      skipDuplicates: true,
    });
    const person = await client.person.create({
      data: {
        given: 'Testa',
        family,
        nhsNumber,
        birthDate: new Date('1980-05-01'),
        sex: 'female',
        email: 'testa@example.invalid',
        phone: '01604 000000',
        teamKey: 'northamptonshire',
        source: 'test',
        updatedAt: new Date('2026-11-01T09:00:00Z'),
      },
    });
    const enrolled = await this.app.get(AllocationService).enrol({
      personId: person.id,
      programme: 'stop-smoking',
      origin: 'trigger',
      reasons: [{ text: 'Smokes', kind: 'smoking-status', source: 'test', at: '2026-10-01T00:00:00Z' }],
    });
    if (enrolled.state === 'suppressed') throw new Error(enrolled.because);
    const { episodeId } = enrolled;
    const at = new Date().toISOString();
    const { taskId } = await this.app.get(TasksService).open({
      episodeId,
      step: 'call',
      key: `${episodeId}:1`,
      seq: 1,
      at,
      kind: 'call',
      title: 'Phone about stopping smoking',
      role: 'link-worker',
      due: { amount: 5, unit: 'working-days' },
      outcomes: [
        { key: 'agreed', label: 'Wants help', marks: ['reached', 'accepted'] },
        { key: 'declined', label: 'No thank you', marks: ['reached'] },
      ],
    });
    const sent = await this.app.get(ReferralsService).send({
      episodeId,
      step: 'refer',
      key: `${episodeId}:2`,
      seq: 2,
      at,
      title: 'Refer to the stop-smoking service',
      service: 'stop-smoking',
      need: 'Wants help to stop smoking.',
      answerWithin: { amount: 5, unit: 'working-days' },
      tried: [],
    });
    if (!sent.sent) throw new Error('no service took the referral');
    const { id: templateVersionId } = await client.templateVersion.findFirstOrThrow({
      where: { template: 'stop-smoking-invite' },
    });
    return { personId: person.id, episodeId, taskId, referralId: sent.referralId, templateVersionId };
  }
}

export interface Story {
  readonly personId: string;
  readonly episodeId: string;
  readonly taskId: string;
  readonly referralId: string;
  readonly templateVersionId: string;
}

const teamOf = (role: Role): string | null =>
  role === 'link-worker' || role === 'care-coordinator' ? 'northamptonshire' : null;

function settled(settings: Settings): DynamicModule {
  class SettledModule {}
  return {
    module: SettledModule,
    global: true,
    providers: [{ provide: Settings, useValue: settings }],
    exports: [Settings],
  };
}

/** As much of an OpenID provider as a bearer token needs: its description, its keys, and the private half to sign with. */
class Provider {
  private constructor(
    readonly issuer: string,
    private readonly server: Server,
    private readonly sign: (scope: string) => Promise<string>,
  ) {}

  static async open(): Promise<Provider> {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' };
    const server = createServer((request, response) => {
      const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const answers: Readonly<Record<string, object>> = {
        '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/jwks` },
        '/jwks': { keys: [jwk] },
      };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[request.url ?? ''] ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sign = (scope: string): Promise<string> =>
      new SignJWT({ scope, client_id: 'test-machine' })
        .setProtectedHeader({ alg: 'ES256', kid: 'test' })
        .setIssuer(issuer)
        .setAudience('urn:fairway:api')
        .setIssuedAt()
        .setExpirationTime('5 minutes')
        .sign(privateKey);
    return new Provider(issuer, server, sign);
  }

  token(scope: string): Promise<string> {
    return this.sign(scope);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

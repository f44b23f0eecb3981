import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shippedTemplates, TemplatesService } from '#care/contact';
import { ProgrammesService } from '#care/programmes';
import { type Ask, Trial } from './trial.js';

const NAME = 'stop-smoking-invite';
let trial: Trial;
let lead: Ask;
let manager: Ask;

beforeAll(async () => {
  trial = await Trial.open();
  await trial.app.get(TemplatesService).load();
  await trial.app.get(ProgrammesService).load('programmes');
  lead = await trial.user('clinical-lead');
  manager = await trial.user('programme-manager');
}, 60_000);
afterAll(() => trial.close());

const post = (ask: Ask, url: string): ReturnType<Ask> => ask({ method: 'POST', url });
const versionsOf = async (template: string): Promise<{ id: string; version: number; standing: string }[]> =>
  (await manager({ url: `/api/templates/${template}` })).json().versions;

/** A second version of a shipped template, as a draft. */
async function aDraft(template: string, subject: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'templates-'));
  const shipped = await readFile(join(shippedTemplates(), `${template}.yaml`), 'utf8');
  const content = shipped
    .replace('version: 1', 'version: 2')
    .replace(/^approved:.*\n/m, '')
    .replace(/subject: .*/, `subject: ${subject}`);
  await writeFile(join(folder, `${template}.yaml`), content);
  const { mistakes } = await trial.app.get(TemplatesService).load(folder);
  await rm(folder, { recursive: true });
  if (mistakes.length > 0) throw new Error(JSON.stringify(mistakes));
  return (await versionsOf(template))[0]!.id;
}

describe('the list of templates', () => {
  it('says which version people get, who sends it, and which translations are not sent', async () => {
    const list = (await manager({ url: '/api/templates' })).json<{ template: string }[]>();
    expect(list.find(({ template }) => template === NAME)).toMatchObject({
      sent: { version: 1 },
      waiting: null,
      languages: [
        { tag: 'en', name: 'English', sent: true },
        { tag: 'pl', name: 'Polish', sent: false },
      ],
      usedBy: [{ programme: 'stop-smoking', title: 'Stop smoking' }],
    });
  });

  it('is not there for who does not need it', async () => {
    expect((await (await trial.user('link-worker'))({ url: '/api/templates' })).statusCode).toBe(403);
  });
});

describe('a new version', () => {
  it('is a draft until a clinical lead signs it off, and can be taken back', async () => {
    const id = await aDraft(NAME, 'Another offer from your local team');
    expect((await versionsOf(NAME)).map(({ version, standing }) => [version, standing])).toEqual([
      [2, 'draft'],
      [1, 'sent'],
    ]);
    const seen = (await manager({ url: `/api/template-versions/${id}` })).json();
    expect(seen).toMatchObject({
      comparedWith: 1,
      differences: [
        {
          place: 'English: email, subject',
          before: 'A free offer from your local team',
          after: 'Another offer from your local team',
        },
      ],
    });

    expect((await post(manager, `/api/template-versions/${id}/approval`)).statusCode).toBe(403);
    const approved = (await post(lead, `/api/template-versions/${id}/approval`)).json();
    expect(approved).toMatchObject({ standing: 'sent', approvedBy: 'clinical-lead', comparedWith: null });
    expect((await versionsOf(NAME)).map(({ standing }) => standing)).toEqual(['sent', 'replaced']);
    const [entry] = await trial.database.client.auditEntry.findMany({
      where: { action: 'template.approved', subjectId: id },
    });
    expect(entry).toMatchObject({ actorKind: 'user', role: 'clinical-lead' });

    const older = (await versionsOf(NAME))[1]!.id;
    expect((await post(lead, `/api/template-versions/${id}/withdrawal`)).json().standing).toBe('withdrawn');
    expect((await versionsOf(NAME)).map(({ standing }) => standing)).toEqual(['withdrawn', 'sent']);
    await post(lead, `/api/template-versions/${id}/approval`);
    await post(lead, `/api/template-versions/${older}/withdrawal`);
    const refused = await post(lead, `/api/template-versions/${older}/approval`);
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'contact.template_replaced']);
  });

  it('that is a draft cannot be withdrawn', async () => {
    const id = await aDraft('housing-referral-invite', 'Another offer from your local team');
    const refused = await post(lead, `/api/template-versions/${id}/withdrawal`);
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'contact.template_not_approved']);
  });
});

describe('a preview', () => {
  const preview = async (query: string) => {
    const [{ id } = { id: '' }] = await versionsOf('blood-pressure-check-invite');
    return manager({ url: `/api/template-versions/${id}/preview?${query}` });
  };

  it.each([
    [
      'channel=email&format=large-print',
      { format: 'large-print', email: { text: expect.stringContaining('Hello Sam,') } },
    ],
    ['channel=sms&reader=proxy', { sms: { segments: 2, costly: [], text: expect.stringContaining('Alex Example') } }],
    ['channel=letter&format=braille', { letter: { instruction: expect.stringContaining('braille') } }],
    ['channel=page&language=pl', { language: 'pl', sent: false, page: { yes: expect.stringContaining('Tak') } }],
    [
      'channel=email&with=stop-smoking-invite',
      { email: { subject: 'Some offers from your local team', text: expect.stringContaining('stop smoking') } },
    ],
    ['channel=page&language=ur', { language: 'en', sent: true }],
  ])('shows what would be sent: %s', async (query, shown) => {
    expect((await preview(query)).json()).toMatchObject(shown);
  });

  it.each(['channel=phone', 'channel=email&language=../x', 'channel=email&format=huge', ''])(
    'refuses what is not there: %p',
    async (query) => {
      const refused = await preview(query);
      expect([refused.statusCode, refused.json().code]).toEqual([400, 'request.invalid']);
    },
  );

  it('of an e-mail may stand in a frame of ours, and runs and loads nothing', async () => {
    const [{ id } = { id: '' }] = await versionsOf('blood-pressure-check-invite');
    const { headers, body } = await manager({ url: `/api/template-versions/${id}/email` });
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).toMatch(/; sandbox$/);
    expect(body).toContain('Hello Sam,');
  });

  it('of the page is the page people answer on, in a frame, with nothing to send', async () => {
    const [{ id } = { id: '' }] = await versionsOf('blood-pressure-check-invite');
    const { headers, body } = await manager({ url: `/api/template-versions/${id}/page?language=pl` });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("frame-ancestors 'self'; sandbox");
    expect(body).toContain('<div lang="pl">');
    expect(body).toContain('name="answer" value="yes"');
    expect(body).toContain('Proszę się ze mną nie kontaktować w tej sprawie');
  });

  it('of what is not there is refused', async () => {
    const refused = await manager({ url: '/api/template-versions/018f0000-0000-7000-8000-000000000000' });
    expect([refused.statusCode, refused.json().code]).toEqual([404, 'contact.template_version_missing']);
    const unknown = await manager({ url: '/api/templates/no-such-template' });
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'contact.template_missing']);
    const together = await preview('channel=email&with=no-such-template');
    expect([together.statusCode, together.json().code]).toEqual([404, 'contact.template_missing']);
  });
});

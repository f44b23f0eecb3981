import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NOW, Stage } from '../../../../test/factories/stage.js';
import { ContactModule, shippedTemplates, TemplatesService } from '../index.js';

const NAME = 'stop-smoking-invite';
const WANTED = { channel: 'email', language: 'en', format: 'standard' } as const;

let stage: Stage;
let templates: TemplatesService;
let shipped: string;
let folder: string;

beforeAll(async () => {
  stage = await Stage.open([ContactModule]);
  templates = stage.get(TemplatesService);
  shipped = await readFile(join(shippedTemplates(), `${NAME}.yaml`), 'utf8');
});
afterAll(() => stage.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'templates-'));
  return () => rm(folder, { recursive: true });
});

/** The template under another name and version, with changes; loaded from a folder of its own. */
async function aTemplate(
  template: string,
  {
    version = 1,
    approved = false,
    on = '2026-11-16',
    subject = 'An offer from your local team',
  }: { version?: number; approved?: boolean; on?: string; subject?: string } = {},
) {
  const content = shipped
    .replace(`template: ${NAME}`, `template: ${template}`)
    .replace('version: 1', `version: ${version}`)
    .replace(/^approved:.*\n/m, approved ? `approved: { by: clinical-lead, on: ${on} }\n` : '')
    .replaceAll('A free offer from your local team', subject);
  await writeFile(join(folder, `${template}.yaml`), content);
  const outcome = await templates.load(folder);
  const row = await stage.db.templateVersion.findFirst({ where: { template, version } });
  return { ...outcome, id: row?.id ?? '' };
}

const sent = async (template: string) => {
  const found = await templates.findApproved(template, WANTED);
  return found && [found.version, found.content.email.subject];
};

describe('loading', () => {
  it('brings the shipped templates with their approval, and changes nothing the second time', async () => {
    const before = await templates.list();
    expect(before.map(({ template, inForce, approvedBy }) => [template, inForce, approvedBy])).toEqual([
      ['blood-pressure-check-invite', true, 'clinical-lead'],
      ['housing-referral-invite', true, 'clinical-lead'],
      ['social-prescribing-invite', true, 'clinical-lead'],
      ['stop-smoking-invite', true, 'clinical-lead'],
    ]);
    expect((await templates.load()).mistakes).toEqual([]);
    expect(await templates.list()).toEqual(before);
    expect(await stage.audited('template.approved')).toBe(4);
  });

  it('refuses other words under a version that was loaded, and keeps the first ones', async () => {
    await aTemplate('frozen-invite', { approved: true });
    const { mistakes } = await aTemplate('frozen-invite', { approved: true, subject: 'Another offer' });
    expect(mistakes.map(({ message }) => message)).toEqual([
      'frozen-invite.yaml:3:10: found version 1 with other words than were loaded as version 1 before, expected a higher version for what has changed',
    ]);
    expect(await sent('frozen-invite')).toEqual([1, 'An offer from your local team']);
  });

  it('refuses a file with a mistake whole, and loads the others', async () => {
    await aTemplate('sound-invite');
    const { loaded, mistakes } = await aTemplate('broken-invite', { subject: 'Your blood test' });
    expect(loaded).toEqual([{ template: 'sound-invite', version: 1 }]);
    expect(new Set(mistakes.map(({ file }) => file))).toEqual(new Set(['broken-invite.yaml']));
    expect(await templates.listNames()).toEqual(expect.not.arrayContaining(['broken-invite']));
  });

  it('takes an approval that a file brings later', async () => {
    await aTemplate('late-invite');
    expect(await sent('late-invite')).toBeNull();
    await aTemplate('late-invite', { approved: true });
    expect(await sent('late-invite')).toEqual([1, 'An offer from your local team']);
  });

  it('refuses an approval of a day that has not come', async () => {
    const { mistakes } = await aTemplate('early-invite', { approved: true, on: '2026-11-24' });
    expect(mistakes.map(({ message }) => message)).toEqual([
      'early-invite.yaml:6:36: found 2026-11-24, expected the day it was approved, not later than today',
    ]);
    expect((await aTemplate('early-invite', { approved: true, on: '2026-11-23' })).mistakes).toEqual([]);
  });

  it('by two processes at once keeps one version', async () => {
    await aTemplate('twin-invite', { approved: true });
    await stage.db.$executeRaw`SELECT 1`;
    const outcomes = await Promise.all([templates.load(folder), templates.load(folder)]);
    expect(outcomes.map(({ mistakes }) => mistakes)).toEqual([[], []]);
    expect(await stage.db.templateVersion.count({ where: { template: 'twin-invite' } })).toBe(1);
  });
});

describe('approval', () => {
  it('is needed before anybody is sent a draft, and is written down', async () => {
    const { id } = await aTemplate('draft-invite');
    expect(await sent('draft-invite')).toBeNull();
    const account = await stage.anAccount({ role: 'clinical-lead' });
    expect(await templates.approve(id, account)).toMatchObject({
      status: 'approved',
      approvedBy: account,
      approvedAt: NOW,
    });
    expect(await sent('draft-invite')).toEqual([1, 'An offer from your local team']);
    const [entry] = await stage.db.auditEntry.findMany({ where: { action: 'template.approved', subjectId: id } });
    expect(entry).toMatchObject({
      subjectKind: 'template-version',
      detail: { template: 'draft-invite', from: 'desk' },
    });
  });

  it('of a new version replaces the old one only then, and withdrawing it brings the old one back', async () => {
    await aTemplate('next-invite', { approved: true });
    const { id } = await aTemplate('next-invite', { version: 2, subject: 'A newer offer' });
    expect(await sent('next-invite')).toEqual([1, 'An offer from your local team']);
    await templates.approve(id, 'lead');
    expect(await sent('next-invite')).toEqual([2, 'A newer offer']);
    await templates.withdraw(id);
    expect(await sent('next-invite')).toEqual([1, 'An offer from your local team']);
    expect(await templates.findVersion('next-invite', 2, WANTED)).toMatchObject({ version: 2 });
    await templates.approve(id, 'lead');
    expect(await sent('next-invite')).toEqual([2, 'A newer offer']);
  });

  it('happens once, however often it is asked for', async () => {
    const { id } = await aTemplate('once-invite');
    await Promise.all([templates.approve(id, 'one'), templates.approve(id, 'other')]);
    await templates.approve(id, 'third');
    expect(await stage.db.auditEntry.count({ where: { subjectId: id } })).toBe(1);
  });

  it('of an older version is refused while a newer one is approved', async () => {
    const { id } = await aTemplate('old-invite');
    await aTemplate('old-invite', { version: 2, approved: true });
    await expect(templates.approve(id, 'lead')).rejects.toMatchObject({ code: 'contact.template_replaced' });
  });

  it('of what is not there is refused', async () => {
    const id = '00000000-0000-7000-8000-000000000000';
    await expect(templates.approve(id, 'lead')).rejects.toMatchObject({ code: 'contact.template_version_missing' });
    await expect(templates.listVersions('no-such')).rejects.toMatchObject({ code: 'contact.template_missing' });
  });
});

describe('withdrawing', () => {
  it('outlasts the file that brought the approval', async () => {
    const { id } = await aTemplate('gone-invite', { approved: true });
    await templates.withdraw(id);
    await templates.withdraw(id);
    await templates.load(folder);
    expect(await sent('gone-invite')).toBeNull();
    expect(await stage.db.auditEntry.count({ where: { subjectId: id, action: 'template.withdrawn' } })).toBe(1);
    expect(await templates.listNames()).toContain('gone-invite');
    expect(await templates.listApprovedNames()).not.toContain('gone-invite');
    expect(await templates.listApprovedNames()).toContain('stop-smoking-invite');
  });

  it('of a draft is refused', async () => {
    const { id } = await aTemplate('never-invite');
    await expect(templates.withdraw(id)).rejects.toMatchObject({ code: 'contact.template_not_approved' });
  });
});

describe('the words of a version', () => {
  it('cannot be changed by the program', async () => {
    const { id } = await aTemplate('stone-invite');
    await expect(stage.db.templateVersion.update({ where: { id }, data: { title: 'Other' } })).rejects.toThrow(
      /permission denied/,
    );
    await expect(stage.db.templateVersion.delete({ where: { id } })).rejects.toThrow(/permission denied/);
  });
});

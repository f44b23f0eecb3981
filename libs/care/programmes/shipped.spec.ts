import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CodeLists, shippedFolder } from '#care/ingest';
import { readProgramme } from './programme-file.js';
import { shippedProgrammes } from './programmes.service.js';

const folder = shippedProgrammes();
const facts = CodeLists.read(shippedFolder('programmes/code-lists')).facts;
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const read = (name: string) => readProgramme(name, readFileSync(join(folder, name), 'utf8'), { facts });

describe('the shipped programmes', () => {
  it('are the four', () => {
    expect(names.sort()).toEqual([
      'blood-pressure-check.yaml',
      'housing-referral.yaml',
      'social-prescribing.yaml',
      'stop-smoking.yaml',
    ]);
  });

  it.each(names)('%s has no mistake, and answers for its example people as it says', (name) => {
    expect(read(name).mistakes).toBeUndefined();
  });

  it.each(names)('%s leaves alone whoever opted out, is enrolled, or was helped lately', (name) => {
    const tests = read(name).definition?.notActionable.map(({ when }) => when.test);
    expect(tests).toEqual(expect.arrayContaining(['optedOut', 'enrolledIn', 'coolingOff']));
  });

  it.each(names)('%s says where its numbers come from, and which are not verified', (name) => {
    const sources = read(name).definition?.sources ?? [];
    expect(sources.map(({ status }) => status)).toEqual(expect.arrayContaining(['verified', 'unverified']));
    expect(sources.every(({ read: day }) => day <= '2026-11-30')).toBe(true);
  });

  it.each(names)('%s says when somebody needs it no longer', (name) => {
    expect(read(name).definition?.leave).toMatchObject({ needMet: expect.anything(), stillFor: expect.anything() });
  });

  it.each(names)('%s reaches people by several channels, and says when they are looked at again', (name) => {
    const steps = read(name).definition?.script.steps ?? [];
    const [contact] = steps.filter((step) => step.kind === 'contact');
    expect(contact?.channels).toEqual(expect.arrayContaining(['email', 'sms', 'letter']));
    expect(steps.some(({ kind }) => kind === 'recheck')).toBe(true);
  });

  it.each(names)('%s raises every late task, at last with the manager', (name) => {
    const tasks = read(name).definition?.script.steps.filter((step) => step.kind === 'task') ?? [];
    expect(tasks.length).toBeGreaterThan(0);
    for (const { escalate } of tasks) {
      expect(escalate.map(({ to }) => to)).toEqual(['owner', expect.any(String), 'programme-manager']);
    }
  });

  it('use every kind of step between them', () => {
    const kinds = names.flatMap((name) => read(name).definition?.script.steps.map(({ kind }) => kind) ?? []);
    expect([...new Set(kinds)].sort()).toEqual([
      'branch',
      'contact',
      'measure',
      'recheck',
      'referral',
      'task',
      'together',
      'wait',
    ]);
  });

  it('ask at four and at twelve weeks whether somebody stopped smoking', () => {
    const steps = read('stop-smoking.yaml').definition?.script.steps ?? [];
    const asked = steps.flatMap((step) => (step.kind === 'measure' ? [step.after] : []));
    expect(asked).toEqual([
      { amount: 28, unit: 'days' },
      { amount: 56, unit: 'days' },
    ]);
  });

  it.each(names)('%s uses templates named after it', (name) => {
    const definition = read(name).definition;
    const templates = definition?.script.steps.flatMap((step) => (step.kind === 'contact' ? [step.template] : []));
    expect(new Set(templates)).toEqual(new Set([`${definition?.programme}-invite`]));
  });
});

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

  it.each(names)('%s uses templates named after it', (name) => {
    const definition = read(name).definition;
    const templates = definition?.script.steps.flatMap((step) => (step.kind === 'contact' ? [step.template] : []));
    expect(templates).toEqual([`${definition?.programme}-invite`]);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Audit } from '#platform/audit';
import type { Database } from '#platform/database';
import type { Clock } from '#platform/kernel';
import { readTemplate } from '../../libs/care/contact/templates/template-file.js';
import { TemplateRepository } from '../../libs/care/contact/templates/template.repository.js';
import { shippedTemplates, TemplatesService } from '../../libs/care/contact/templates/templates.service.js';
import type { Content, TemplateDefinition } from '../../libs/care/contact/templates/wording.js';

/** Loads the shipped templates, also for tests that open no room of their own for them. */
export async function loadTemplates(database: Database, clock: Clock): Promise<void> {
  const templates = new TemplateRepository(database, clock);
  const { mistakes } = await new TemplatesService(templates, database, new Audit(database, clock), clock).load();
  if (mistakes.length > 0) throw new Error(mistakes.map(({ message }) => message).join('\n'));
}

/** The shipped templates as their files say them. */
export function shippedWords(): readonly TemplateDefinition[] {
  const folder = shippedTemplates();
  return readdirSync(folder).map((name) => {
    const { definition, mistakes } = readTemplate(name, readFileSync(join(folder, name), 'utf8'));
    if (!definition) throw new Error(mistakes.map(({ message }) => message).join('\n'));
    return definition;
  });
}

export function aContent(changes: Partial<Content> = {}): Content {
  return {
    language: 'en',
    format: 'standard',
    email: {
      subject: 'An offer from your local team',
      paragraphs: ['Would you like to walk more?'],
      button: 'Tell us',
    },
    sms: 'We have an offer for you: {{link}} To stop: {{stop}}',
    letter: { heading: 'Would you like to walk more?', paragraphs: ['Walks are free.'] },
    page: { heading: 'Would you like to walk more?', body: 'It is free.', yes: 'Yes please', thanks: 'We will call.' },
    ...changes,
  };
}

export const READER = { given: 'Alba', team: 'Testbury care team', practice: 'Test Surgery' };
export const LINKS = { link: 'http://fairway.test/r/answer', stop: 'http://fairway.test/r/stop' };

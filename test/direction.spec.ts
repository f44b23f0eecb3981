import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

/** Lints a text as if it stood in a room's file. */
async function complaintsAbout(code: string, filePath: string): Promise<string[]> {
  // Types are not needed to judge imports, and the text is no file of the project.
  const eslint = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] });
  const [result] = await eslint.lintText(code, { filePath });
  return (result?.messages ?? [])
    .filter(({ ruleId }) => ruleId === 'no-restricted-imports')
    .map(({ message }) => message);
}

describe('the direction of imports', () => {
  it('refuses a room that looks downstream', async () => {
    const code = await readFile('test/lint/looks-downstream.ts', 'utf8');
    const complaints = await complaintsAbout(code, 'libs/care/detection/detection.service.ts');
    expect(complaints.join()).toContain('Room detection may not look downstream.');
  });

  it('lets a room look back up the corridor', async () => {
    const code = await readFile('test/lint/looks-downstream.ts', 'utf8');
    const upstream = code
      .replace('#care/reports', '#care/population')
      .replaceAll('ReportsService', 'PopulationService');
    expect(await complaintsAbout(upstream, 'libs/care/detection/detection.service.ts')).toEqual([]);
  });

  it.each([
    ['a deep import', "import { x } from '#care/tasks/task.js';", 'libs/care/reports/reports.service.ts', 'front door'],
    ['Temporal in a room', "import { x } from '@temporalio/client';", 'libs/care/tasks/tasks.service.ts', 'outbox'],
    ['Prisma outside the database', "import { x } from '@prisma/client';", 'libs/care/tasks/task.ts', 'Prisma'],
    ['medicine in the plumbing', "import { x } from '#care/tasks';", 'libs/platform/mail/mailer.ts', 'no medicine'],
    ['Node in a workflow', "import { x } from 'node:fs';", 'workflows/pathway.workflow.ts', 'deterministic'],
  ])('refuses %s', async (_what, code, file, words) => {
    expect((await complaintsAbout(`${code}\nexport const y = x;\n`, file)).join()).toContain(words);
  });
});

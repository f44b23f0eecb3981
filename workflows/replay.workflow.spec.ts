import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Runtime } from '@temporalio/worker';
import { type Told, walkAgain, workflowBundle } from '../test/temporal/stage.js';

jest.setTimeout(180_000);

const FOLDER = fileURLToPath(new URL('../test/histories/', import.meta.url));

async function readHistories(): Promise<Told[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).toSorted();
  return Promise.all(
    names.map(async (name) => ({ workflowId: name, history: JSON.parse(await readFile(`${FOLDER}${name}`, 'utf8')) })),
  );
}

describe('the histories kept from earlier versions', () => {
  beforeAll(async () => {
    await workflowBundle();
  });
  afterAll(async () => Runtime.instance().shutdown());

  it('are still walked the same way', async () => {
    const histories = await readHistories();
    expect(histories.length).toBeGreaterThan(30);
    expect(await walkAgain(histories)).toEqual([]);
  });

  it('betray a pathway that no longer does what it did', async () => {
    const [told] = (await readHistories()).filter(({ workflowId }) => workflowId === 'task-agreed.json');
    const renamed = JSON.parse(
      JSON.stringify(told).replaceAll('"name":"openTask"', '"name":"openAnotherTask"'),
    ) as Told;
    expect(await walkAgain([renamed])).toHaveLength(1);
  });
});

import { read, sendTrigger, worked } from '../clients.js';
import type { Fault, Scene } from '../fault.js';
import { triggerFor } from '../load.js';
import { until } from '../waiting.js';

const WEBHOOKS = 1000;
const USERS = 50;

/** What is wrong with what a crowd was answered, by run. */
const noticed = new WeakMap<Scene, string[]>();

const duplicateWebhooks: Fault = {
  name: 'duplicate-webhooks',
  does: `One webhook is sent ${WEBHOOKS} times at once.`,
  passes: 'Every one is answered, all the same, and one episode with one pathway comes of them.',
  strike: async (scene) => {
    const { stage, ledger } = scene;
    const person = stage.nextPerson(false);
    const id = `msg_${person.nhsNumber}`;
    const [body, at] = [triggerFor(person), stage.now()];
    const answers = await Promise.all(
      Array.from({ length: WEBHOOKS }, () => sendTrigger(stage.apiUrl, { id, body, at }, 60_000)),
    );
    const good = answers.filter(worked);
    for (const answer of good) {
      const { triggerId, episodeId } = read<{ triggerId: string; episodeId: string }>(answer);
      ledger.acknowledge({ kind: 'trigger', webhookId: id, triggerId, episodeId });
    }
    const different = new Set(good.map((answer) => answer.body));
    noticed.set(scene, [
      ...(good.length === WEBHOOKS ? [] : [`${WEBHOOKS - good.length} of ${WEBHOOKS} webhooks were not answered well`]),
      ...(different.size === 1 ? [] : [`the webhooks were answered in ${different.size} ways`]),
    ]);
  },
  judge: (scene) => noticed.get(scene) ?? ['no webhook was sent'],
};

const fiftyClaims: Fault = {
  name: 'fifty-claims',
  does: `${USERS} colleagues claim the same task at once, for five tasks.`,
  passes: 'One of them gets each; everybody else is told that it is taken.',
  strike: async (scene) => {
    const { stage, load } = scene;
    const users = await Promise.all(Array.from({ length: USERS }, () => stage.signIn('link-worker')));
    const wrong: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const episodeId = await load.enrol(stage.nextPerson(false));
      const taskId = await until('a task to claim', async () => {
        const rows = await stage.query<{ id: string }>('SELECT id FROM task WHERE episode_id = $1', [episodeId]);
        return rows[0]?.id;
      });
      const answers = await Promise.all(
        users.map(async (user) => ({ user, answer: await user.post(`/api/tasks/${taskId}/claim`) })),
      );
      const winners = answers.filter(({ answer }) => worked(answer));
      const told = answers.filter(({ answer }) => answer.status === 409).length;
      // Somebody at one of the other desks may have been quicker than all fifty.
      if (winners.length > 1) wrong.push(`${winners.length} colleagues were told that task ${taskId} is theirs`);
      if (told + winners.length !== USERS) {
        wrong.push(`${USERS - told - winners.length} claims were answered otherwise`);
      }
      for (const { user } of winners) await load.doTask(user, taskId);
    }
    noticed.set(scene, wrong);
  },
  judge: (scene) => noticed.get(scene) ?? ['nobody claimed a task'],
};

export const people: readonly Fault[] = [duplicateWebhooks, fiftyClaims];

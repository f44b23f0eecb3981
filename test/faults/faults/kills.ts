import type { Taken } from '../sink.js';
import { aWhile, type Fault, type Scene, shuffled } from '../fault.js';
import type { Part } from '../stage.js';
import { until } from '../waiting.js';

type Victim = 'worker' | 'api' | 'postgres' | 'temporal';

/** What the others lose when a victim goes. */
const LOSS: Partial<Record<Victim, Part>> = { postgres: 'database', temporal: 'temporal' };

/** Ends a part as a crash would, leaves it dead for a moment, starts it again. */
async function kill(scene: Scene, victim: Victim): Promise<void> {
  const program = scene.stage[victim];
  const since = Date.now();
  const dead = async (): Promise<void> => {
    await program.stop('SIGKILL');
    await aWhile(scene, 0, 900);
    await program.start();
  };
  const part = LOSS[victim];
  if (part) await scene.stage.without(part, dead);
  else await dead();
  await scene.recovers(since);
}

function killed(victim: Victim, name: string): Fault {
  return {
    name: `${victim}-killed`,
    does: `kill -9 of ${name}, three times at random moments; each time it is started again within a second.`,
    strike: async (scene) => {
      for (let kills = 0; kills < 3; kills += 1) {
        await kill(scene, victim);
        if (kills < 2) await aWhile(scene, 200, 1500);
      }
    },
  };
}

export const everythingKilled: Fault = {
  name: 'everything-killed',
  does: 'kill -9 of the worker, the API, Temporal and Postgres, one after the other in an order by chance.',
  strike: async (scene) => {
    for (const victim of shuffled<Victim>(['worker', 'api', 'postgres', 'temporal'], scene.roll)) {
      await kill(scene, victim);
    }
  },
};

/** Messages that the mail server had when the worker died, by run. */
const orphans = new WeakMap<Scene, Taken[]>();

export const killedBeforeCommit: Fault = {
  name: 'worker-killed-before-commit',
  does: 'The mail server takes a message, and kill -9 ends the worker before it hears so; three times.',
  passes:
    'Whether these messages left is unknown to the product: it never sends them again, and asks a person to look into each.',
  strike: async (scene) => {
    const { stage } = scene;
    const taken: Taken[] = [];
    orphans.set(scene, taken);
    for (let kills = 0; kills < 3; kills += 1) {
      const since = await new Promise<number>((resolve) => {
        stage.sink.onTaken = async (mail) => {
          stage.sink.onTaken = null;
          taken.push(mail);
          await stage.worker.stop('SIGKILL');
          resolve(Date.now());
          // The sender is dead: nobody waits for the answer.
        };
        void scene.load.prove('mail').catch(() => undefined);
      });
      await aWhile(scene, 0, 700);
      await stage.worker.start();
      await scene.recovers(since);
    }
    await until('the messages noticed whose fate is unknown', async () => {
      // Whoever has used a link of such a message has got it.
      const rows = await stage.query(
        `SELECT DISTINCT subject_id FROM audit_entry WHERE action = 'message.unknown'
           OR (action = 'message.sent' AND detail->>'because' = 'answered')`,
      );
      return rows.length >= taken.length;
    });
  },
  judge: (scene, { messages, mail }) => {
    const taken = orphans.get(scene) ?? [];
    const claimed = messages.filter(({ fate }) => fate === 'claimed');
    const again = taken.filter(({ recipient, messageId }) =>
      mail.some((one) => one.recipient === recipient && one.messageId === messageId && !taken.includes(one)),
    );
    return [
      ...claimed.map(({ id }) => `message ${id} still counts as being sent`),
      ...again.map(({ messageId }) => `${messageId} was sent again`),
    ];
  },
};

export const kills: readonly Fault[] = [
  killed('worker', 'the worker'),
  killed('api', 'the API'),
  killed('postgres', 'Postgres with all its processes'),
  killed('temporal', 'the Temporal server'),
  killedBeforeCommit,
];

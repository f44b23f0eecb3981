import { setTimeout as pause } from 'node:timers/promises';
import { aWhile, type Fault, type Scene } from '../fault.js';
import { until } from '../waiting.js';

/** What was seen of the poisoned pathway while it was so, by run. */
const seen = new WeakMap<Scene, { readonly episodeId: string; readonly shown: boolean }>();

const poison: Fault = {
  name: 'poison-activity',
  does: 'One pathway can open no task: Postgres refuses every one for it, for ten seconds.',
  passes:
    'The worker says that an effect keeps failing, the other pathways go on, and this one goes on when it is cured.',
  strike: async (scene) => {
    const { stage, load } = scene;
    const person = stage.nextPerson(false);
    await stage.query(
      `CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'poisoned'; END $$`,
    );
    await stage.query(
      `CREATE TRIGGER poison BEFORE INSERT ON task FOR EACH ROW WHEN (NEW.person_id = '${person.id}') EXECUTE FUNCTION poison()`,
    );
    const episodeId = await load.enrol(person);
    const shown = await until('the failing effect shown', () => isShown(scene), 30).catch(() => false);
    await load.prove('task');
    await load.prove('mail');
    await stage.query('DROP TRIGGER poison ON task');
    seen.set(scene, { episodeId, shown });
  },
  judge: (scene, { tasks }) => {
    const { episodeId, shown } = seen.get(scene) ?? { episodeId: '', shown: false };
    return [
      ...(shown ? [] : ['the worker did not say that an effect keeps failing']),
      ...(tasks.some((task) => task.episodeId === episodeId) ? [] : ['the poisoned pathway was not healed']),
    ];
  },
};

/** Whether the worker counts an effect as failing rather than unlucky. */
async function isShown({ stage }: Scene): Promise<boolean> {
  const worker = stage.probes.find(({ program }) => program === stage.worker)!;
  const metrics = await (await fetch(worker.ready.replace('/health/ready', '/metrics'))).text();
  return /^fairway_activities_failing [1-9]/m.test(metrics);
}

const twoRelays: Fault = {
  name: 'two-relays',
  does: 'Two workers relay the outbox and carry pathways at once; one is killed and comes back while the other goes on.',
  stage: { workers: 2 },
  strike: async (scene) => {
    const [first, second] = scene.stage.workers;
    for (const worker of [first!, second!]) {
      await aWhile(scene, 500, 2000);
      const since = Date.now();
      await worker.stop('SIGKILL');
      await aWhile(scene, 0, 900);
      await worker.start();
      await scene.recovers(since);
    }
  },
};

const tenTimes: Fault = {
  name: 'ten-times-load',
  does: 'Ten times as many people, ten times as fast, with three times as many colleagues.',
  load: { people: 300, aSecond: 80, desks: 9 },
  strike: async ({ load }) => {
    await load.reaches(1);
    await pause(1000);
  },
};

export const work: readonly Fault[] = [poison, twoRelays, tenTimes];

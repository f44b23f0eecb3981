import { setTimeout as pause } from 'node:timers/promises';
import { aWhile, type Fault, type Scene, shuffled } from '../fault.js';
import type { Line } from '../proxy.js';
import type { Part } from '../stage.js';

const PARTS: readonly Part[] = ['database', 'temporal', 'mail'];

function lineOf({ stage }: Scene, part: Part): Line {
  if (!stage.lines) throw new Error('This stage has no lines');
  return stage.lines[part];
}

const cut: Fault = {
  name: 'lines-cut',
  does: 'Connections to Postgres, Temporal and the mail server are reset again and again, then each stays cut for six seconds.',
  stage: { lines: true },
  strike: async (scene) => {
    for (let cuts = 0; cuts < 10; cuts += 1) {
      lineOf(scene, PARTS[Math.floor(scene.roll() * PARTS.length)]!).cut();
      await aWhile(scene, 100, 500);
    }
    for (const part of shuffled(PARTS, scene.roll)) {
      const line = lineOf(scene, part);
      await scene.stage.without(part, async () => {
        line.break();
        await pause(6000);
        line.heal();
      });
      await scene.recovers();
    }
  },
};

const halfOpen: Fault = {
  name: 'lines-half-open',
  does: 'Connections to Postgres, Temporal and the mail server go half-open for seven seconds, one part at a time: nothing passes, neither end is told, and what was open then stays dead for good.',
  stage: { lines: true },
  strike: async (scene) => {
    for (const part of shuffled(PARTS, scene.roll)) {
      const line = lineOf(scene, part);
      await scene.stage.without(part, async () => {
        line.goSilent();
        await pause(7000);
        line.heal();
      });
      await scene.recovers();
    }
  },
};

const slow: Fault = {
  name: 'lines-slow',
  does: 'For ten seconds everything between the parts takes 40 to 120 ms longer each way.',
  stage: { lines: true },
  strike: async (scene) => {
    for (const part of PARTS) lineOf(scene, part).slow(40 + scene.roll() * 80);
    await pause(10_000);
    for (const part of PARTS) lineOf(scene, part).heal();
  },
};

export const lines: readonly Fault[] = [cut, halfOpen, slow];

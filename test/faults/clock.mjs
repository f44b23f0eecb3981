/**
 * Loaded before the program (`node --import`) in tests alone: moves this process's clock by as many milliseconds as the
 * file in FAULTS_CLOCK says, within a tenth of a second of its being written. The product knows nothing of it.
 */
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env.FAULTS_CLOCK;
// The threads that run workflows live by the clock of their pathway.
if (file && isMainThread) {
  const True = Date;
  const read = () => Number(readFileSync(file, 'utf8')) || 0;
  let offset = read();
  setInterval(() => {
    offset = read();
  }, 100).unref();
  const now = () => True.now() + offset;
  globalThis.Date = new Proxy(True, {
    apply: () => new True(now()).toString(),
    construct: (target, args, as) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, as === globalThis.Date ? target : as),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}

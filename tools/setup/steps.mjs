import { Problem } from './problem.mjs';

/** When the command began; kept across the change of Node so that the elapsed time is the whole of it. */
const began = Number(process.env['FAIRWAY_BEGAN'] ?? Date.now());
process.env['FAIRWAY_BEGAN'] = String(began);

const live = process.stdout.isTTY === true;
const dim = (/** @type {string} */ text) => (live ? `\u001b[2m${text}\u001b[0m` : text);
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** How often a step that runs is mentioned where lines cannot be written over, in milliseconds. */
const reminder = 10_000;

/** @typedef {{ name: string, note: string, since: number, told: number }} Running */
/** @type {Set<Running>} */
const running = new Set();
/** @type {NodeJS.Timeout | undefined} */
let timer;
let frame = 0;
let told = -1;
let hushed = false;

// A terminal that closes takes its output with it, and that is no reason to fail.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

/**
 * How long something took, for a person: 0.4 s, 12 s, 3 min 5 s.
 * @param {number} milliseconds
 */
export function spell(milliseconds) {
  if (milliseconds < 9_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Milliseconds since the command began. */
export function elapsed() {
  return Date.now() - began;
}

/**
 * Prints a line, above the line that moves if there is one.
 * @param {string} [text]
 */
export function print(text = '') {
  erase();
  process.stdout.write(`${text}\n`);
}

/** Steps say nothing from here on: what they are doing is being stopped. */
export function hush() {
  hushed = true;
  running.clear();
  erase();
}

function erase() {
  if (live && told >= 0) process.stdout.write('\r\u001b[2K');
  told = -1;
}

function draw() {
  const now = Date.now();
  if (live) {
    const parts = [...running].map(
      (one) => `${one.name}${one.note && ` ${dim(one.note)}`} ${dim(spell(now - one.since))}`,
    );
    const line = parts.join(dim(' · '));
    const width = process.stdout.columns ?? 80;
    erase();
    const visible = line.replace(/\u001b\[\d+m/g, '');
    process.stdout.write(
      `  ${frames[frame++ % frames.length]} ${visible.length > width - 5 ? visible.slice(0, width - 5) : line}`,
    );
    told = 0;
    return;
  }
  for (const one of running) {
    if (now - one.told < reminder) continue;
    one.told = now;
    print(`  … ${one.name}: ${one.note || 'still working'} (${spell(now - one.since)})`);
  }
}

/**
 * Runs one step and tells how it went. Steps may run beside one another. `work` is given a function that says how far it
 * is, and answers what the finished line should add.
 * @template Result
 * @param {string} name
 * @param {(say: (note: string) => void, done: (note: string) => void) => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function step(name, work) {
  const one = { name, note: '', since: Date.now(), told: Date.now() };
  let ending = '';
  if (!hushed) running.add(one);
  timer ??= setInterval(draw, live ? 100 : 1000);
  try {
    const result = await work(
      (note) => void (one.note = note),
      (note) => void (ending = note),
    );
    if (!hushed) print(`  ✓ ${name}${ending && ` ${dim(ending)}`} ${dim(spell(Date.now() - one.since))}`);
    return result;
  } catch (reason) {
    const failed = reason instanceof Error ? reason : new Error(String(reason));
    if (!hushed) print(`  ✗ ${name} ${dim(spell(Date.now() - one.since))}`);
    throw failed instanceof Problem ? failed : Object.assign(new Problem(failed.message, ''), { cause: reason });
  } finally {
    running.delete(one);
    if (running.size === 0) {
      clearInterval(timer);
      timer = undefined;
      erase();
    }
  }
}

/**
 * Says why the command failed and what to do.
 * @param {unknown} reason
 */
export function tell(reason) {
  const why = reason instanceof Error ? reason.message : String(reason);
  const remedy = reason instanceof Problem ? reason.remedy : '';
  print();
  print(indent('Why:  ', why));
  if (remedy) print(indent('Do:   ', remedy));
}

/**
 * @param {string} label
 * @param {string} text
 */
function indent(label, text) {
  return `    ${label}${text
    .trim()
    .split('\n')
    .join(`\n    ${' '.repeat(label.length)}`)}`;
}

import { sayDuration, type Duration } from '#platform/kernel';
import type { WrittenProgramme, WrittenStep } from './grammar.js';
import { roughDays } from './lengths.js';
import type { Finding, Path } from './mistake.js';
import { INSTRUMENTS } from './vocabulary.js';

type Step<Kind extends WrittenStep['kind']> = Extract<WrittenStep, { kind: Kind }>;

/** The shortest time between two attempts, so that nobody is pestered. */
const SHORTEST_WAIT: Duration = { amount: 1, unit: 'days' };

/** Times, channels and figures that contradict each other, step by step. */
export function findUnworkable({ pathway }: WrittenProgramme): readonly Finding[] {
  return pathway.flatMap((step, index) => {
    const path: Path = ['pathway', index];
    switch (step.kind) {
      case 'contact':
        return findInContact(step, path);
      case 'task':
        return findInLadder(step, path);
      case 'measure':
        return findInMeasure(step, path);
      case 'branch':
        return repeated(
          step.ways.map(({ when }) => JSON.stringify(when)),
          (place) => ({
            path: [...path, 'ways', place, 'when'],
            found: 'the rule of an earlier way',
            expected: 'a rule that no earlier way has',
            mend: 'The first way whose rule holds is taken: take this one out',
          }),
        );
      case 'together':
        return repeated(
          step.branches.map(({ start }) => start),
          (place) => ({
            path: [...path, 'branches', place, 'start'],
            expected: 'a step that no other branch begins with',
            mend: 'Give each branch steps of its own',
          }),
        );
      case 'referral':
      case 'wait':
      case 'recheck':
        return [];
    }
  });
}

/** The attempts of a contact, each with the place in the file that says how long it waits. */
function attemptsOf(
  step: Step<'contact'>,
  path: Path,
): readonly { readonly channels: readonly string[]; readonly wait: Duration; readonly path: Path }[] {
  if ('plan' in step) {
    return step.plan.map(({ channels, wait }, index) => ({ channels, wait, path: [...path, 'plan', index, 'wait'] }));
  }
  const { channels, attempts, every } = step;
  return Array.from({ length: attempts }, () => ({ channels, wait: every, path: [...path, 'every'] }));
}

function findInContact(step: Step<'contact'>, path: Path): readonly Finding[] {
  const attempts = attemptsOf(step, path);
  const findings: Finding[] = [];
  const hasty = attempts.find(({ wait }) => roughDays(wait) < roughDays(SHORTEST_WAIT));
  if (hasty) {
    findings.push({
      path: hasty.path,
      expected: `at least ${sayDuration(SHORTEST_WAIT)} to answer`,
      mend: 'Leave people time, so that nobody is pestered',
    });
  }
  const total = attempts.reduce((sum, { wait }) => sum + roughDays(wait), 0);
  if (roughDays(step.linkLasts) < total) {
    const days = Math.ceil(total - 1e-9);
    findings.push({
      path: [...path, 'linkLasts'],
      expected: `at least the ${days} days that the attempts take`,
      mend: `Write linkLasts: ${days} days, so that the reply link works until the last of them is over`,
    });
  }
  const byPhone = attempts.filter(({ channels }) => channels.includes('phone'));
  if (byPhone.length > 0 && !step.phone) {
    findings.push({
      path: [...path, 'phone'],
      expected: 'who phones, since an attempt is by phone',
      mend: 'Write phone: { title: …, role: link-worker, due: 5 working days }',
    });
  }
  if (byPhone.length === 0 && step.phone) {
    findings.push({
      path: [...path, 'phone'],
      expected: 'an attempt by phone',
      mend: 'Add phone to the channels of an attempt, or take this out',
    });
  }
  const { phone } = step;
  const tooSoon = phone && byPhone.find(({ wait }) => roughDays(wait) < roughDays(phone.due));
  if (phone && tooSoon) {
    findings.push({
      path: [...path, 'phone', 'due'],
      expected: `at most the ${sayDuration(tooSoon.wait)} that the attempt waits`,
      mend: 'Shorten due, or let the attempt by phone wait longer',
    });
  }
  return findings;
}

/** Each rung later than the one below; reminders before anybody else is told, and everybody else once. */
function findInLadder({ escalate }: Step<'task'>, path: Path): readonly Finding[] {
  return escalate.flatMap(({ after, to }, index): readonly Finding[] => {
    const below = escalate.slice(0, index);
    const last = below.at(-1);
    if (last && roughDays(after) <= roughDays(last.after)) {
      return [
        {
          path: [...path, 'escalate', index, 'after'],
          expected: `more than the ${sayDuration(last.after)} of the rung before`,
          mend: 'Put the rungs in the order in which they are climbed',
        },
      ];
    }
    if (to === 'owner' && below.some((rung) => rung.to !== 'owner')) {
      return [
        {
          path: [...path, 'escalate', index, 'to'],
          expected: 'a reminder of the owner before others are told',
          mend: 'Put the reminder first',
        },
      ];
    }
    if (to !== 'owner' && below.some((rung) => rung.to === to)) {
      return [
        {
          path: [...path, 'escalate', index, 'to'],
          found: `"${to}" again`,
          expected: 'each of those told once',
          mend: 'Name somebody else, or take the rung out',
        },
      ];
    }
    return [];
  });
}

function findInMeasure({ instrument, value, window, results }: Step<'measure'>, path: Path): readonly Finding[] {
  const findings: Finding[] = findInBounds(results, value, path);
  if (roughDays(window) < 1) {
    findings.push({
      path: [...path, 'window'],
      expected: 'at least 1 day in which somebody can ask',
      mend: 'Write window: 14 days, or what the source of the measure says',
    });
  }
  const { value: shows } = INSTRUMENTS[instrument];
  if (!value) return findings;
  if (!shows) {
    findings.push({
      path: [...path, 'value'],
      expected: `no value: ${instrument} has none`,
      mend: 'Take value out',
    });
    return findings;
  }
  for (const end of ['min', 'max'] as const) {
    if (value[end] < shows.min || value[end] > shows.max) {
      findings.push({
        path: [...path, 'value', end],
        expected: `${shows.min} to ${shows.max} ${shows.unit}, which ${instrument} can show`,
        mend: `Write ${end}: ${shows[end]}`,
      });
    }
  }
  return findings;
}

type Results = Step<'measure'>['results'];

/** Bounds of a result must lie within what is asked for, and leave at least one result to choose for every reading. */
function findInBounds(results: Results, value: Step<'measure'>['value'], path: Path): Finding[] {
  const bounded = results.flatMap((result, place) =>
    (['valueFrom', 'valueBelow'] as const).flatMap((name) => {
      const bound = result[name];
      return bound === undefined ? [] : [{ bound, path: [...path, 'results', place, name] }];
    }),
  );
  if (!value) {
    return bounded.map(({ path: at }) => ({
      path: at,
      expected: 'no bound: this measure asks for no value',
      mend: 'Take it out, or say under value what is asked for',
    }));
  }
  const outside = bounded.filter(({ bound }) => bound <= value.min || bound > value.max);
  if (outside.length > 0) {
    return outside.map(({ bound, path: at }) => ({
      path: at,
      found: String(bound),
      expected: `above ${value.min} and up to ${value.max} ${value.unit}, the readings that are asked for`,
      mend: 'Write a bound within min and max',
    }));
  }
  // What may be chosen changes only at a bound, so these stand for every reading.
  const nowhere = [value.min, ...bounded.map(({ bound }) => bound)].find((reading) =>
    results.every(({ valueFrom = value.min, valueBelow = Infinity }) => reading < valueFrom || reading >= valueBelow),
  );
  if (nowhere === undefined) return [];
  return [
    {
      path: [...path, 'results'],
      found: `no result for a reading of ${nowhere} ${value.unit}`,
      expected: 'at least one result to choose for every reading',
      mend: 'Widen a bound, or take it off one of the results',
    },
  ];
}

function repeated(words: readonly string[], say: (place: number) => Finding): readonly Finding[] {
  return words.flatMap((word, place) => (words.indexOf(word) < place ? [say(place)] : []));
}

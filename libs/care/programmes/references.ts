import type { Finding, Path } from './mistake.js';
import { STANDING_KINDS, STEP_KINDS } from './grammar.js';

/*
 * What one place of a file says of another, or of the code lists. Read from the file as written, so that it is told
 * even when the file is wrong elsewhere.
 */

/** Steps, endings and codes that do not exist, and names used twice. `facts` are all known facts as kind/code. */
export function findBrokenReferences(raw: unknown, facts: readonly string[]): readonly Finding[] {
  return [...findBrokenSteps(raw), ...findUnknownCodes(raw, [], facts)];
}

function findUnknownCodes(raw: unknown, path: Path, facts: readonly string[]): readonly Finding[] {
  if (Array.isArray(raw)) return raw.flatMap((part, index) => findUnknownCodes(part, [...path, index], facts));
  if (typeof raw !== 'object' || raw === null) return [];
  return Object.entries(raw).flatMap(([key, value]) => [
    ...codesAt(key, value, [...path, key])
      .filter(({ kind, code }) => !facts.includes(`${kind}/${code}`))
      .map(({ kind, path: place }) => ({ path: place, expected: `one of ${codesOf(kind, facts).join(', ')}` })),
    ...findUnknownCodes(value, [...path, key], facts),
  ]);
}

interface NamedCode {
  readonly kind: string;
  readonly code: string;
  readonly path: Path;
}

/** The codes that one word of a rule, or the facts of an example, name. */
function codesAt(key: string, value: unknown, path: Path): readonly NamedCode[] {
  const codes = (kind: unknown, named: unknown, place: Path): readonly NamedCode[] => {
    if (!isText(kind)) return [];
    if (isText(named)) return [{ kind, code: named, path: place }];
    if (!Array.isArray(named)) return [];
    return named.flatMap((code, index) => (isText(code) ? [{ kind, code, path: [...place, index] }] : []));
  };
  switch (key) {
    case 'register':
      return codes('condition', value, path);
    case 'flag':
      return codes('flag', value, path);
    case 'latest':
      return ['is', 'isAny'].flatMap((word) => codes(valueAt(value, 'of'), valueAt(value, word), [...path, word]));
    case 'recorded':
    case 'standing':
      return codes(valueAt(value, 'kind'), valueAt(value, 'any'), [...path, 'any']);
    case 'facts':
      return listAt({ value }, 'value').flatMap((fact, index) =>
        codes(valueAt(fact, 'kind'), valueAt(fact, 'code'), [...path, index, 'code']),
      );
    default:
      return [];
  }
}

/** A kind that can be resolved can be so by a code of any such kind. */
function codesOf(kind: string, facts: readonly string[]): readonly string[] {
  return facts.filter((fact) => fact.startsWith(`${kind}/`)).map((fact) => fact.slice(kind.length + 1));
}

/** The facts of the code lists and, of every state that can stand, its resolution. */
export function withResolutions(facts: readonly string[]): readonly string[] {
  const resolutions = STANDING_KINDS.flatMap((kind) => codesOf(kind, facts).map((code) => `resolved/${code}`));
  return [...new Set([...facts, ...resolutions])];
}

/** Places of the pathway that lead to what does not exist, and names used twice. */
function findBrokenSteps(raw: unknown): readonly Finding[] {
  const steps = listAt(raw, 'pathway');
  const endings = listAt(raw, 'endings').map((ending) => valueAt(ending, 'key'));
  const ids = steps.map((step) => STEP_KINDS.map((kind) => valueAt(step, kind)).find(isText));
  const together = steps.map((step) => valueAt(step, 'together')).filter(isText);
  const starts = ids.filter(isText);
  const known = [
    ...starts,
    ...endings.filter(isText).map((key) => `end(${key})`),
    ...together.map((id) => `back(${id})`),
  ];

  const broken = steps.flatMap((step, index) => [
    ...targetsIn(step, ['pathway', index])
      .filter(({ target }) => !known.includes(target))
      .map(({ path }) => ({ path, expected: `one of ${known.join(', ')}` })),
    ...startsIn(step, ['pathway', index])
      .filter(({ target }) => !starts.includes(target))
      .map(({ path }) => ({ path, expected: `one of ${starts.join(', ')}` })),
  ]);
  const twice = [
    ...repeated(ids, (index) => ['pathway', index], 'a step id used once'),
    ...repeated(endings, (index) => ['endings', index, 'key'], 'an ending used once'),
    ...steps.flatMap((step, index) =>
      ['outcomes', 'results', 'branches'].flatMap((list) =>
        repeated(
          listAt(step, list).map((one) => valueAt(one, 'key')),
          (place) => ['pathway', index, list, place, 'key'],
          'a key used once in its step',
        ),
      ),
    ),
  ];
  return [...broken, ...twice];
}

function repeated(words: readonly unknown[], place: (index: number) => Path, expected: string): readonly Finding[] {
  return words.flatMap((word, index) =>
    isText(word) && words.indexOf(word) < index ? [{ path: place(index), found: `"${word}" again`, expected }] : [],
  );
}

const TARGETS = ['silent', 'completed', 'notCompleted', 'refused', 'lost', 'next', 'still', 'otherwise'];

interface Target {
  readonly path: Path;
  readonly target: string;
}

/** Where the branches of a `together` step begin. */
function startsIn(step: unknown, path: Path): readonly Target[] {
  return listAt(step, 'branches').flatMap((branch, index) => {
    const start = valueAt(branch, 'start');
    return isText(start) ? [{ path: [...path, 'branches', index, 'start'], target: start }] : [];
  });
}

function targetsIn(step: unknown, path: Path): readonly Target[] {
  const at = (holder: unknown, holderPath: Path, keys: readonly string[]): readonly Target[] =>
    keys.flatMap((key) => {
      const target = valueAt(holder, key);
      return isText(target) ? [{ path: [...holderPath, key], target }] : [];
    });
  const listed = ['outcomes', 'results', 'ways'].flatMap((list) =>
    listAt(step, list).flatMap((one, index) => at(one, [...path, list, index], ['next'])),
  );
  const replied = at(valueAt(step, 'replied'), [...path, 'replied'], ['yes', 'not-now', 'sorted']);
  return [...at(step, path, TARGETS), ...listed, ...replied];
}

function valueAt(holder: unknown, key: string): unknown {
  return typeof holder === 'object' && holder !== null ? (holder as Readonly<Record<string, unknown>>)[key] : undefined;
}

function listAt(holder: unknown, key: string): readonly unknown[] {
  const list = valueAt(holder, key);
  return Array.isArray(list) ? list : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

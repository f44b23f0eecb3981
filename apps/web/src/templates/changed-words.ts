/** A run of words of a text, and whether the other text has it too. */
export interface Run {
  readonly words: string;
  readonly same: boolean;
}

/** Two texts, each cut into what both say and what only it says: the longest common run of words is kept. */
export function changedWords(before: string, after: string): { readonly before: Run[]; readonly after: Run[] } {
  const [old, fresh] = [wordsOf(before), wordsOf(after)];
  const lengths = commonLengths(old, fresh);
  const [was, is]: [Run[], Run[]] = [[], []];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i]!.trim() === fresh[j]!.trim()) {
      add(was, old[i]!, true);
      add(is, fresh[j]!, true);
      i += 1;
      j += 1;
    } else if (j >= fresh.length || (i < old.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      add(was, old[i]!, false);
      i += 1;
    } else {
      add(is, fresh[j]!, false);
      j += 1;
    }
  }
  return { before: was, after: is };
}

/** Words with the space that follows them. */
function wordsOf(text: string): readonly string[] {
  return text.match(/\S+\s*/g) ?? [];
}

/** How many words two texts have in common from each pair of places on. */
function commonLengths(old: readonly string[], fresh: readonly string[]): readonly (readonly number[])[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(fresh.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      lengths[i]![j] =
        old[i]!.trim() === fresh[j]!.trim()
          ? lengths[i + 1]![j + 1]! + 1
          : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  return lengths;
}

function add(runs: Run[], word: string, same: boolean): void {
  const last = runs.at(-1);
  if (last?.same === same) runs[runs.length - 1] = { words: last.words + word, same };
  else runs.push({ words: word, same });
}

/**
 * The Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid, Fishburne, Rogers and Chissom
 * 1975, "Derivation of new readability formulas", Research Branch Report 8-75). Grade 4 is read at the age of nine to ten.
 * For English only. Links and fields are not read as words.
 */
export function readingGrade(text: string): number {
  const plain = text.replaceAll(/\{\{[^}]*\}\}/g, 'Sam').replaceAll(/https?:\/\/\S+/g, '');
  const sentences = plain.split(/[.!?:\n]+(?:\s|$)/).filter((sentence) => /[a-z]/i.test(sentence)).length;
  const words = plain.match(/[A-Za-z’']+/g) ?? [];
  if (words.length === 0 || sentences === 0) return 0;
  const syllables = words.reduce((all, word) => all + syllablesOf(word.toLowerCase()), 0);
  return (0.39 * words.length) / sentences + (11.8 * syllables) / words.length - 15.59;
}

/** Vowel groups, without those that are written and not said. */
function syllablesOf(word: string): number {
  const said = word
    .replace(/[’']s?$/, '')
    .replace(/(?<![td])ed$/, '')
    .replace(/(?<![sxzcg]|[cs]h)es$/, '')
    // The last e of "table" is said, that of "whole" is not.
    .replace(/(?<![^aeiouy]l)e$/, '');
  return Math.max(1, said.match(/[aeiouy]+/g)?.length ?? 0);
}

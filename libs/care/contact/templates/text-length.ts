/** The most characters GOV.UK Notify takes in one text message, its fields filled in. */
export const LONGEST_TEXT = 918;

/** GSM 03.38: one place each, and those that take two. */
const PLAIN = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const DOUBLE = new Set('^{}\\[~]|€\f');

export interface TextLength {
  readonly characters: number;
  /** What a phone company counts and charges. */
  readonly segments: number;
  /** Characters that make every segment hold 70 in place of 160. */
  readonly costly: readonly string[];
}

/** Counts a text message as phone companies do: 160 places or 153 in each of several; 70 or 67 with costly letters. */
export function measureText(text: string): TextLength {
  const characters = [...text];
  const costly = [...new Set(characters.filter((one) => !PLAIN.has(one) && !DOUBLE.has(one)))];
  const places = costly.length > 0 ? text.length : characters.reduce((all, one) => all + (DOUBLE.has(one) ? 2 : 1), 0);
  const [alone, joined] = costly.length > 0 ? [70, 67] : [160, 153];
  return { characters: characters.length, segments: places <= alone ? 1 : Math.ceil(places / joined), costly };
}

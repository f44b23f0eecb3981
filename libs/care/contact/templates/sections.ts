import { type Links, type Reader } from './fields.js';
import { type Frame, frameOf } from './frame.js';
import type { Content } from './wording.js';

/** What one programme says in a message, with the links that answer it. */
export interface Section extends Links {
  readonly content: Content;
}

/** At least one section; the first one's language is that of the greeting and the foot. */
export type Sections = readonly [Section, ...Section[]];

/** The words around all sections. */
export function frameAround([{ content }]: Sections): Frame {
  return frameOf(content.language);
}

export function greetingFor(
  reader: Reader,
  { greeting, proxyGreeting }: Pick<Frame, 'greeting' | 'proxyGreeting'>,
): string {
  return reader.proxy ? proxyGreeting : greeting;
}

/** `{{link}}` in the words of section 2 becomes `{{link.2}}`, so that one filling serves them all. */
export function numbered(words: string, section: number): string {
  return words.replaceAll(/\{\{(link|stop)\}\}/g, `{{$1.${section}}}`);
}

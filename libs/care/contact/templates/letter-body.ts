import { fill, type Reader } from './fields.js';
import { type Frame, frameOf } from './frame.js';
import { frameAround, greetingFor, type Section, type Sections } from './sections.js';
import type { Format } from '../contact-policy.js';

export interface LetterBody {
  readonly language: string;
  readonly format: Format;
  /** What whoever makes the letter must do; null for an ordinary one. */
  readonly instruction: string | null;
  readonly heading: string;
  /** The greeting first, the ways to answer and to stop last. */
  readonly paragraphs: readonly string[];
}

/** One letter, without address and date, which belong to whoever posts it. */
export function writeLetter(sections: Sections, reader: Reader): LetterBody {
  const frame = frameAround(sections);
  const [{ content }] = sections;
  const alone = sections.length === 1;
  const words = [
    greetingFor(reader, frame),
    ...(alone ? [] : [frame.several]),
    ...sections.flatMap((section, index) => partOf(section, index, alone)),
    ...footOf(frame),
  ];
  return {
    language: content.language,
    format: content.format,
    instruction: INSTRUCTIONS[content.format],
    heading: fill(alone ? content.letter.heading : frame.severalSubject, reader, sections),
    paragraphs: words.map((text) => fill(text, reader, sections)),
  };
}

function partOf({ content }: Section, index: number, alone: boolean): readonly string[] {
  const { letterLink, letterStop } = frameOf(content.language);
  return [
    ...(alone ? [] : [content.letter.heading]),
    ...content.letter.paragraphs,
    `${letterLink} {{link.${index}}}`,
    `${letterStop} {{stop.${index}}}`,
  ];
}

const footOf = ({ choice, who, safety, urgent }: Frame): readonly string[] => [choice, who, safety, urgent];

/** After the Accessible Information Standard (DCB1605): the reader's needs are met by how the letter is made. */
const INSTRUCTIONS: Readonly<Record<Format, string | null>> = {
  standard: null,
  'large-print': 'Print in Arial, 18 point or larger, on one side of matt paper.',
  'easy-read': 'Print with wide margins and one idea a line; put the easy-read pictures beside the paragraphs.',
  braille: 'Transcribe into braille (Unified English Braille) and post as articles for the blind.',
  audio: 'Read aloud onto a disc or memory stick and post with the address in large print.',
  bsl: null,
};

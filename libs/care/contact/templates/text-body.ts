import { fill, type Reader } from './fields.js';
import { frameAround, greetingFor, numbered, type Sections } from './sections.js';
import { measureText, type TextLength } from './text-length.js';

export interface TextBody extends TextLength {
  readonly text: string;
}

/** One text message, with what it will count as. */
export function writeText(sections: Sections, reader: Reader): TextBody {
  const { textGreeting, textProxyGreeting } = frameAround(sections);
  const greeting = greetingFor(reader, { greeting: textGreeting, proxyGreeting: textProxyGreeting });
  const words = sections.map(({ content }, index) => numbered(content.sms, index));
  const text = fill([greeting, ...words].join(' '), reader, sections);
  return { text, ...measureText(text) };
}

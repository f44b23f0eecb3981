import { type Format, FORMATS } from '../contact-policy.js';

/** Ways to write to a person that have words of their own, and the page a message's link opens. */
export const WRITTEN = ['email', 'sms', 'letter', 'page'] as const;
export type Written = (typeof WRITTEN)[number];

export interface EmailWords {
  /** Says nothing about health: a subject shows on a locked phone. */
  readonly subject: string;
  /** Between the greeting and the button. */
  readonly paragraphs: readonly string[];
  readonly button: string;
}

export interface LetterWords {
  readonly heading: string;
  readonly paragraphs: readonly string[];
}

export interface PageWords {
  readonly heading: string;
  readonly body: string;
  readonly yes: string;
  /** What happens after a yes. */
  readonly thanks: string;
}

/** Everything a template says in one language. The greeting and the foot of a message are in `frame.ts`. */
export interface Wording {
  readonly email: EmailWords;
  /** Holds `{{link}}` and `{{stop}}`; shows on a locked phone, so it says nothing about health. */
  readonly sms: string;
  readonly letter: LetterWords;
  readonly page: PageWords;
}

/** original: written in this language. checked: translated, and read by somebody who speaks it. unverified: not yet. */
export type Translation = 'original' | 'checked' | 'unverified';

export interface LanguageWords {
  readonly status: Translation;
  readonly standard: Wording;
  /** Shorter words for people who find reading hard; what is absent is said in the standard words. */
  readonly easyRead: Partial<Omit<Wording, 'sms'>>;
}

export interface TemplateDefinition {
  readonly template: string;
  readonly version: number;
  readonly title: string;
  /** What the message is for, in a sentence. */
  readonly purpose: string;
  readonly languages: Readonly<Record<string, LanguageWords>>;
}

/** The words for one person: a language, and a format that can be honoured. */
export interface Content extends Wording {
  readonly language: string;
  readonly format: Format;
}

/** Fields that may be put into words as `{{given}}`, and where. */
export const FIELDS = {
  subject: ['team'],
  button: [],
  paragraph: ['given', 'team', 'practice'],
  sms: ['given', 'team', 'link', 'stop'],
  page: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type Slot = keyof typeof FIELDS;

/** A translation nobody has checked is shown on the desk and never sent. */
export function maySend({ status }: LanguageWords): boolean {
  return status !== 'unverified';
}

/**
 * The words for somebody who reads `language` in `format`: English and standard where there is nothing nearer. What was
 * chosen stands in the answer. `unchecked` also gives translations that may not be sent, for the desk.
 */
export function choose(
  { languages }: TemplateDefinition,
  wanted: { readonly channel: Written; readonly language: string; readonly format: string },
  { unchecked = false }: { readonly unchecked?: boolean } = {},
): Content {
  const near = [wanted.language, wanted.language.split('-')[0] ?? ''];
  const language = near.find((tag) => languages[tag] && (unchecked || maySend(languages[tag]))) ?? 'en';
  const words = languages[language]!;
  const format = FORMATS.find((one) => one === wanted.format) ?? 'standard';
  const { channel } = wanted;
  const easy = format === 'easy-read' ? words.easyRead : {};
  return { ...words.standard, ...easy, language, format: honoured(format, channel, words) };
}

function honoured(format: Format, channel: Written, { easyRead }: LanguageWords): Format {
  switch (format) {
    case 'standard':
      return 'standard';
    case 'easy-read':
      return channel !== 'sms' && easyRead[channel] ? 'easy-read' : 'standard';
    case 'large-print':
      // A phone sets the size of its own text messages.
      return channel === 'sms' ? 'standard' : 'large-print';
    case 'braille':
    case 'audio':
      return channel === 'letter' ? format : 'standard';
    case 'bsl':
      return 'standard';
  }
}

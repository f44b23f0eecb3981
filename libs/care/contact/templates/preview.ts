import type { Format } from '../contact-policy.js';
import { type MailBody, writeMail } from '../mail-body.js';
import { type LetterBody, writeLetter } from './letter-body.js';
import { readingGrade } from './readability.js';
import type { Section, Sections } from './sections.js';
import { type TextBody, writeText } from './text-body.js';
import { choose, type Content, maySend, type PageWords, type TemplateDefinition, type Written } from './wording.js';

/** What a preview is asked for. `withProxy` shows it as who speaks for the person would get it. */
export interface PreviewWanted {
  readonly channel: Written;
  readonly language: string;
  readonly format: string;
  readonly withProxy: boolean;
}

/** Ways to write that can carry what several programmes say. */
const SHARED: readonly Written[] = ['email', 'letter'];

/** A message to nobody, with the words and the look of a real one; only the channel asked for is there. */
export interface Preview {
  readonly channel: Written;
  /** What could be had. */
  readonly language: string;
  readonly format: Format;
  /** False for a translation that nobody has checked: English is sent in its place. */
  readonly sent: boolean;
  /** Flesch-Kincaid; null in other languages than English. */
  readonly grade: number | null;
  readonly email: MailBody | null;
  readonly sms: TextBody | null;
  readonly letter: LetterBody | null;
  readonly page: PageWords | null;
}

// As long as a real one, so that lengths are true.
const LINK = `https://fairway.example/r/${'example-'.repeat(5)}`;
const SAMPLE = { given: 'Sam', team: 'Example Town link workers', practice: 'Example Surgery' };
const SAMPLE_PROXY = 'Alex Example';

/** `alongside` are the words of another template in the same message, where it can carry both. */
export async function previewOf(
  words: TemplateDefinition,
  wanted: PreviewWanted,
  alongside: TemplateDefinition | null = null,
): Promise<Preview> {
  const { channel, withProxy } = wanted;
  const content = choose(words, wanted, { unchecked: true });
  const { language, format } = content;
  const reader = { ...SAMPLE, proxy: withProxy ? SAMPLE_PROXY : null };
  const section = (content: Content): Section => ({ content, link: LINK, stop: LINK });
  const others = alongside && SHARED.includes(channel) ? [choose(alongside, wanted)] : [];
  const sections: Sections = [section(content), ...others.map(section)];
  const email = channel === 'email' ? await writeMail(sections, reader) : null;
  const sms = channel === 'sms' ? writeText(sections, reader) : null;
  const letter = channel === 'letter' ? writeLetter(sections, reader) : null;
  const page = channel === 'page' ? content.page : null;
  const read = [
    ...(email ? [email.text] : []),
    ...(sms ? [sms.text] : []),
    ...(letter ? [letter.heading, ...letter.paragraphs] : []),
    ...(page ? [page.heading, page.body, page.yes, page.thanks] : []),
  ].join('\n');
  return {
    channel,
    language,
    format,
    sent: maySend(words.languages[language]!),
    grade: language === 'en' ? readingGrade(read) : null,
    email,
    sms,
    letter,
    page,
  };
}

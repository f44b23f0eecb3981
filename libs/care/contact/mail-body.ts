import { fill, type Reader } from './templates/fields.js';
import { type Frame, frameOf } from './templates/frame.js';
import { frameAround, greetingFor, type Section, type Sections } from './templates/sections.js';

export interface MailBody {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * One e-mail with a section for each programme that has something to say, each with its own button and its own way to
 * stop. Both forms are made from the same words, so that they cannot disagree.
 */
export async function writeMail(sections: Sections, reader: Reader): Promise<MailBody> {
  const greeting = greetingFor(reader, frameAround(sections));
  return {
    subject: fill(subjectOf(sections), reader, sections),
    text: fill(textOf(sections, greeting), reader, sections),
    html: fill(await htmlOf(sections, greeting), reader, sections, escapeHtml),
  };
}

function subjectOf(sections: Sections): string {
  return sections.length > 1 ? frameAround(sections).severalSubject : sections[0].content.email.subject;
}

/** The plain text with its fields still open. */
function textOf(sections: Sections, greeting: string): string {
  const frame = frameAround(sections);
  const alone = sections.length === 1;
  const parts = sections.flatMap(({ content }, index) => [
    ...(alone ? [] : [content.page.heading.toUpperCase()]),
    ...content.email.paragraphs,
    `${content.email.button}:\n{{link.${index}}}`,
    ...(alone ? [] : [stopLine(frameOf(content.language), index)]),
  ]);
  return [
    greeting,
    ...(alone ? [] : [frame.several]),
    ...parts,
    ...footOf(frame),
    ...(alone ? [stopLine(frame, 0)] : []),
    '',
  ].join('\n\n');
}

const stopLine = ({ stop }: Frame, index: number): string => `${stop}:\n{{stop.${index}}}`;

const footOf = ({ choice, who, safety, urgent }: Frame): readonly string[] => [choice, who, safety, urgent];

/** Compiling takes far longer than filling, and most messages of a day say the same. */
const compiled = new Map<string, Promise<string>>();
const KEPT = 200;

function htmlOf(sections: Sections, greeting: string): Promise<string> {
  const key = JSON.stringify([greeting, sections.map(({ content }) => content)]);
  const ready = compiled.get(key) ?? compile(sections, greeting);
  compiled.delete(key);
  compiled.set(key, ready);
  const [oldest] = compiled.keys();
  if (compiled.size > KEPT && oldest !== undefined) compiled.delete(oldest);
  return ready;
}

/** Sizes in pixels: large print is at least 18 point, which is 24. */
const SIZES = { standard: { text: 19, heading: 24 }, large: { text: 24, heading: 30 } } as const;

async function compile(sections: Sections, greeting: string): Promise<string> {
  // Only the process that sends mail pays for loading the compiler.
  const { default: mjml } = await import('mjml');
  const frame = frameAround(sections);
  const [{ content }] = sections;
  const alone = sections.length === 1;
  const size = sections.some((one) => one.content.format === 'large-print') ? SIZES.large : SIZES.standard;
  const foot = footOf(frame).map(paragraph).join('');
  const block = (lang: string, inside: string): string =>
    `<mj-section background-color="#ffffff" css-class="lang-${lang}"><mj-column>${inside}</mj-column></mj-section>`;
  const blocks = alone
    ? [block(content.language, paragraph(greeting) + wordsOf(content, 0) + foot + stopOf(frame, 0))]
    : [
        block(content.language, paragraph(greeting) + paragraph(frame.several)),
        ...sections.map((section, index) => block(section.content.language, partOf(section, index))),
        block(content.language, foot),
      ];
  const languages = [...new Set(sections.map((one) => one.content.language))];
  const { html } = await mjml(
    `<mjml lang="${escapeHtml(content.language === 'en' ? 'en-GB' : content.language)}">
      <mj-head>
        <mj-title>${escapeHtml(subjectOf(sections))}</mj-title>
        <mj-attributes>
          <mj-all font-family="Arial, sans-serif" />
          <mj-text font-size="${size.text}px" line-height="1.5" color="#212b32" />
          <mj-button font-size="${size.text}px" font-weight="700" background-color="#007f3b" color="#ffffff" align="left" />
        </mj-attributes>
        <mj-style inline="inline">h2 { font-size: ${size.heading}px; line-height: 1.3; margin: 0; }</mj-style>
        <mj-html-attributes>
          ${languages
            .map(
              (tag) =>
                `<mj-selector path=".lang-${tag}"><mj-html-attribute name="lang">${tag}</mj-html-attribute></mj-selector>`,
            )
            .join('')}
        </mj-html-attributes>
      </mj-head>
      <mj-body background-color="#f0f4f5">${blocks.join('')}</mj-body>
    </mjml>`,
    { fonts: {}, validationLevel: 'strict' },
  );
  return html;
}

function partOf({ content }: Section, index: number): string {
  const heading = `<mj-text><h2>${escapeHtml(content.page.heading)}</h2></mj-text>`;
  return heading + wordsOf(content, index) + stopOf(frameOf(content.language), index);
}

function wordsOf({ email }: Section['content'], index: number): string {
  const button = `<mj-button href="{{link.${index}}}">${escapeHtml(email.button)}</mj-button>`;
  return email.paragraphs.map(paragraph).join('') + button;
}

function stopOf({ stop }: Frame, index: number): string {
  return `<mj-text><a href="{{stop.${index}}}">${escapeHtml(stop)}</a></mj-text>`;
}

function paragraph(words: string): string {
  return `<mj-text>${escapeHtml(words)}</mj-text>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

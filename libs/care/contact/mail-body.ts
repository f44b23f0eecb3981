import { type Fields, FIELDS, type MessageTemplate } from './templates/template.js';

export interface MailBody {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const GREETING = 'Hello {{given}},';
const WHO = 'We are {{team}}. We work with {{practice}}, and they know that we write to you.';
const CHOICE = 'It is your choice. Your care does not change if you say no.';
const SAFETY = 'We will not ask for your password or bank details.';
const URGENT = 'Please do not use this email if you need help now. Call 111. If life is at risk, call 999.';
const STOP = 'Stop writing to me about this';

/** Both forms are made from the same words, so that they cannot disagree. */
export async function writeMail(template: MessageTemplate, fields: Fields): Promise<MailBody> {
  return {
    subject: template.subject,
    text: fill(textOf(template), fields, (value) => value),
    html: fill(await htmlOf(template), fields, escapeHtml),
  };
}

/** The plain text with its fields still open. */
export function textOf(template: MessageTemplate): string {
  return [
    GREETING,
    ...template.paragraphs,
    `${template.button}:\n{{link}}`,
    CHOICE,
    WHO,
    SAFETY,
    URGENT,
    `${STOP}:\n{{stop}}`,
    '',
  ].join('\n\n');
}

const compiled = new Map<string, Promise<string>>();

function htmlOf(template: MessageTemplate): Promise<string> {
  const ready = compiled.get(template.name) ?? compile(template);
  compiled.set(template.name, ready);
  return ready;
}

async function compile(template: MessageTemplate): Promise<string> {
  // Only the process that sends mail pays for loading the compiler.
  const { default: mjml } = await import('mjml');
  const paragraph = (words: string): string => `<mj-text>${escapeHtml(words)}</mj-text>`;
  const { html } = await mjml(
    `<mjml lang="en-GB">
      <mj-head>
        <mj-title>${escapeHtml(template.subject)}</mj-title>
        <mj-attributes>
          <mj-all font-family="Arial, sans-serif" />
          <mj-text font-size="19px" line-height="1.5" color="#212b32" />
          <mj-button font-size="19px" font-weight="700" background-color="#007f3b" color="#ffffff" align="left" />
        </mj-attributes>
      </mj-head>
      <mj-body background-color="#f0f4f5">
        <mj-section background-color="#ffffff">
          <mj-column>
            ${[GREETING, ...template.paragraphs].map(paragraph).join('')}
            <mj-button href="{{link}}">${escapeHtml(template.button)}</mj-button>
            ${[CHOICE, WHO, SAFETY, URGENT].map(paragraph).join('')}
            <mj-text><a href="{{stop}}">${escapeHtml(STOP)}</a></mj-text>
          </mj-column>
        </mj-section>
      </mj-body>
    </mjml>`,
    { fonts: {}, validationLevel: 'strict' },
  );
  return html;
}

function fill(text: string, fields: Fields, safely: (value: string) => string): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_all, name: string) => {
    const field = FIELDS.find((known) => known === name);
    // Line ends in a name could start a paragraph of someone else's making.
    return field ? safely(fields[field].replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()) : '';
  });
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

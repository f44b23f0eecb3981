import { z } from 'zod';
import { FORMATS, WRITTEN } from '#care/contact';
import { id, instant, slug, type Shown } from '../http/parts.schema.js';

export const templatePath = z.object({ template: slug });
export const versionPath = z.object({ id });

const language = z
  .string()
  .regex(/^[a-z]{2,3}$/, 'must be a language such as en or pl')
  .default('en');
const look = {
  language,
  format: z.enum(FORMATS).default('standard'),
  reader: z.enum(['person', 'proxy']).default('person'),
  with: slug.optional().describe('Another template that comes in the same e-mail or letter.'),
};

export const previewQuery = z.object({ channel: z.enum(WRITTEN), ...look });
export type PreviewQuery = z.output<typeof previewQuery>;
export const emailQuery = z.object(look);
export type EmailQuery = z.output<typeof emailQuery>;
export const pageQuery = z.object({ language: look.language, format: look.format });
export type PageQuery = z.output<typeof pageQuery>;

const standing = z
  .enum(['sent', 'draft', 'replaced', 'withdrawn'])
  .describe('sent: what people get now. replaced: approved, and a newer version is sent.');

const versionParts = {
  id: z.uuid(),
  version: z.int(),
  title: z.string(),
  standing,
  loadedAt: instant,
  approvedAt: instant.nullable(),
  approvedBy: z.string().nullable().describe('The name of whoever signed it off, or the role that the file names.'),
};
const languagesSchema = z.array(
  z.object({
    tag: z.string(),
    name: z.string(),
    sent: z.boolean().describe('False for a translation that nobody has checked; English is sent in its place.'),
  }),
);

export const templateVersionSummarySchema = z.object(versionParts).meta({ id: 'TemplateVersionSummary' });
export type TemplateVersionSummaryView = Shown<typeof templateVersionSummarySchema>;

export const templateSummarySchema = z
  .object({
    template: z.string(),
    title: z.string(),
    purpose: z.string(),
    sent: z
      .object({ id: z.uuid(), version: z.int(), approvedAt: instant.nullable() })
      .nullable()
      .describe('The version people get now; null when none is approved.'),
    waiting: z.object({ id: z.uuid(), version: z.int() }).nullable().describe('The newest draft above it.'),
    languages: languagesSchema,
    usedBy: z.array(z.object({ programme: z.string(), title: z.string() })).describe('Live programmes that send it.'),
  })
  .meta({ id: 'TemplateSummary' });
export type TemplateSummaryView = Shown<typeof templateSummarySchema>;
export const templatesSchema = z.array(templateSummarySchema).meta({ id: 'Templates' });

export const templateSchema = z
  .object({
    ...templateSummarySchema.shape,
    versions: z.array(templateVersionSummarySchema).describe('Newest first.'),
  })
  .meta({ id: 'Template' });
export type TemplateView = Shown<typeof templateSchema>;

export const templateVersionSchema = z
  .object({
    ...versionParts,
    template: z.string(),
    purpose: z.string(),
    languages: languagesSchema,
    easyRead: z.array(z.string()).describe('Languages that have easy words of their own.'),
    comparedWith: z.int().nullable().describe('The version people get now, when it is another one.'),
    differences: z
      .array(z.object({ place: z.string(), before: z.string().nullable(), after: z.string().nullable() }))
      .describe('What it says otherwise than the version compared with.'),
  })
  .meta({ id: 'TemplateVersion' });
export type TemplateVersionView = Shown<typeof templateVersionSchema>;

export const templatePreviewSchema = z
  .object({
    channel: z.enum(WRITTEN),
    language: z.string().describe('The language that could be had.'),
    format: z.enum(FORMATS).describe('The format that could be had.'),
    sent: z.boolean().describe('False for a translation that nobody has checked.'),
    grade: z.number().nullable().describe('Flesch-Kincaid grade of the whole message; for English only.'),
    email: z.object({ subject: z.string(), text: z.string() }).nullable(),
    sms: z
      .object({
        text: z.string(),
        characters: z.int(),
        segments: z.int().describe('Text messages it counts as.'),
        costly: z.array(z.string()).describe('Letters that make a segment hold 70 characters in place of 160.'),
      })
      .nullable(),
    letter: z
      .object({
        heading: z.string(),
        paragraphs: z.array(z.string()),
        instruction: z.string().nullable().describe('What whoever makes the letter must do.'),
      })
      .nullable(),
    page: z.object({ heading: z.string(), body: z.string(), yes: z.string(), thanks: z.string() }).nullable(),
  })
  .meta({ id: 'TemplatePreview' });
export type TemplatePreviewView = Shown<typeof templatePreviewSchema>;

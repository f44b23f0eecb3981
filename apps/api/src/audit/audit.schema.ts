import { z } from 'zod';
import { cursor, id, instant, limit, type Shown } from '../http/parts.schema.js';

export const auditQuery = z.object({
  person: id.optional(),
  action: z
    .string()
    .regex(/^[a-z-]+\.[a-z-]+$/, 'must be an action such as person.read')
    .max(80)
    .optional(),
  cursor,
  limit,
});
export type AuditQuery = z.infer<typeof auditQuery>;

export const auditPageSchema = z
  .object({
    items: z.array(
      z.object({
        seq: z.string(),
        at: instant,
        actor: z.object({
          kind: z.string(),
          id: z.string(),
          name: z.string().nullable(),
          role: z.string().nullable(),
          organisation: z.string().nullable(),
        }),
        action: z.string(),
        subjectKind: z.string(),
        subjectId: z.string(),
        personId: z.string().nullable(),
        purpose: z.string().nullable(),
        detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'AuditPage' });
export type AuditPageView = Shown<typeof auditPageSchema>;

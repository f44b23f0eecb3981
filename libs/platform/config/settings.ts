import { z } from 'zod';

const key = z.string().refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64');

const triggerSecrets = z
  .string()
  .default('{}')
  .transform((text, context) => {
    try {
      return z.record(z.string().min(1), z.string().startsWith('whsec_')).parse(JSON.parse(text));
    } catch {
      context.addIssue('must be a JSON object of source to whsec_… secret');
      return z.NEVER;
    }
  });

/** Everything Fairway reads from its surroundings. Read once, at start-up. */
export const settingsSchema = z.object({
  PORT: z.coerce.number().int().min(1).max(65535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:3000'),
  FAIRWAY_MODE: z.enum(['embedded', 'deployed']).default('deployed'),
  FAIRWAY_DATA: z.string().default('.data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  TEMPORAL_ADDRESS: z.string().default('localhost:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TASK_QUEUE: z.string().default('pathway'),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }),
  /** GOV.UK Notify; without a key, texts and letters are not among the channels. */
  NOTIFY_URL: z.url().default('https://api.notifications.service.gov.uk'),
  NOTIFY_API_KEY: z.string().optional(),
  /** What Notify shows when it delivers a receipt. */
  NOTIFY_CALLBACK_TOKEN: z.string().min(16).optional(),
  /** Under which a mail server hands back what could not be delivered. */
  BOUNCE_TOKEN: z.string().min(16).optional(),
  MAIL_FROM: z.email().default('care@fairway.invalid'),
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }),
  OIDC_CLIENT_ID: z.string().default('fairway'),
  OIDC_CLIENT_SECRET: z.string().min(1),
  OIDC_AUDIENCE: z.string().default('urn:fairway:api'),
  PAYLOAD_KEY: key,
  LINK_KEY: key,
  TRIGGER_SECRETS: triggerSecrets,
  WORKER_PORT: z.coerce.number().int().min(0).max(65535).default(0),
  /** How many pathways the worker keeps in memory, at about a megabyte each: one that is not there is replayed at its next event. */
  PATHWAYS_IN_MEMORY: z.coerce.number().int().min(1).max(100_000).default(2000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  MAIL_WEB_URL: z.url().optional(),
  MAIL_API_URL: z.url().optional(),
  TEMPORAL_UI_URL: z.url().optional(),
});

export type SettingsValues = z.infer<typeof settingsSchema>;

/** Thrown when the surroundings cannot be used; the message lists everything that is wrong at once. */
export class SettingsWrong extends Error {
  constructor(issues: readonly z.core.$ZodIssue[]) {
    const lines = issues.map((issue) => `  ${issue.path.join('.') || 'settings'}: ${issue.message}`);
    super(`Fairway cannot start. Mend these environment variables:\n${lines.join('\n')}`);
    this.name = 'SettingsWrong';
  }
}

/** Reads and checks the environment. Empty values count as absent. Throws SettingsWrong. */
export function readSettings(source: Readonly<Record<string, string | undefined>>): SettingsValues {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const outcome = settingsSchema.safeParse(given);
  if (!outcome.success) throw new SettingsWrong(outcome.error.issues);
  return outcome.data;
}

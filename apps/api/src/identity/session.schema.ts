import { z } from 'zod';

const named = z.object({ key: z.string(), name: z.string() });
const mode = z.enum(['embedded', 'deployed']);

export const sessionSchema = z
  .discriminatedUnion('signedIn', [
    z.object({
      signedIn: z.literal(true),
      user: z.object({
        id: z.string(),
        name: z.string(),
        role: z.string(),
        organisation: named,
        team: named.nullable(),
      }),
      csrfToken: z.string().describe('Send it as x-csrf-token with every change.'),
      mode,
      demo: z.boolean().describe('True when the people and the log-ins are invented.'),
      permissions: z.array(z.string()),
    }),
    z.object({ signedIn: z.literal(false), mode }),
  ])
  .meta({ id: 'Session' });
export type SessionView = z.infer<typeof sessionSchema>;

export const loggedOutSchema = z
  .object({ redirectTo: z.string().describe('Where to send the browser, to end the provider’s session too.') })
  .meta({ id: 'LoggedOut' });
export type LoggedOutView = z.infer<typeof loggedOutSchema>;

import { z } from 'zod';
import { type Shown } from '../http/parts.schema.js';

export const welcomeSchema = z
  .object({
    steps: z.array(
      z.object({
        title: z.string(),
        text: z.string(),
        username: z.string().nullable().describe('Who to log in as for this step.'),
        path: z.string().nullable().describe('Where in the web app it happens.'),
      }),
    ),
    logins: z.array(
      z.object({
        username: z.string(),
        role: z.string(),
        organisation: z.string(),
        team: z.string().nullable(),
        does: z.string(),
      }),
    ),
    password: z.string().describe('The same for every demo log-in.'),
    mailUrl: z.string().nullable(),
    postUrl: z.string().nullable().describe('Where the texts and letters are that were caught.'),
    temporalUi: z.string().nullable(),
    docsUrl: z.string(),
  })
  .meta({ id: 'Welcome' });
export type WelcomeView = Shown<typeof welcomeSchema>;

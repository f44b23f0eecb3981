import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Settings } from '#platform/config';
import { Fault } from '#platform/kernel';
import type { WelcomeView } from './welcome.schema.js';

export class NotEmbedded extends Fault {
  readonly kind = 'missing';
  readonly code = 'welcome.not_embedded';
  constructor() {
    super('This copy of Fairway is not a demonstration.');
  }
}

/** What the launcher writes once everything runs. */
const runningSchema = z.object({
  logins: z.array(
    z.object({
      username: z.string(),
      password: z.string(),
      role: z.string(),
      organisation: z.string(),
      team: z.string().nullish(),
      does: z.string(),
    }),
  ),
  docs: z.string().optional(),
  // Null where the copy uses a part of its owner's instead of the one it brings.
  mail: z.object({ web: z.string().nullish() }).optional(),
  notify: z.object({ web: z.string().nullish() }).optional(),
  temporal: z.object({ ui: z.string().nullish() }).optional(),
});

/** The guided page of a demonstration: who to log in as, and what to try. */
@Injectable()
export class Welcome {
  constructor(private readonly settings: Settings) {}

  /** Throws NotEmbedded outside embedded mode, and before everything runs. */
  async show(): Promise<WelcomeView> {
    if (this.settings.get('FAIRWAY_MODE') !== 'embedded') throw new NotEmbedded();
    const running = await this.findRunning();
    if (!running) throw new NotEmbedded();
    return {
      steps: STEPS,
      logins: running.logins.map(({ password: _password, team, ...login }) => ({ ...login, team: team ?? null })),
      password: running.logins[0]?.password ?? '',
      mailUrl: running.mail?.web ?? this.settings.get('MAIL_WEB_URL') ?? null,
      postUrl: running.notify?.web ?? null,
      temporalUi: running.temporal?.ui ?? this.settings.get('TEMPORAL_UI_URL') ?? null,
      docsUrl: '/api/docs',
    };
  }

  private async findRunning(): Promise<z.infer<typeof runningSchema> | null> {
    try {
      const file = await readFile(join(this.settings.get('FAIRWAY_DATA'), 'running.json'), 'utf8');
      return runningSchema.parse(JSON.parse(file));
    } catch {
      return null;
    }
  }
}

const STEPS: WelcomeView['steps'] = [
  {
    title: 'Work a task',
    text: 'Take the first task of the list, read why this person was found, and record how the call went. The next step appears by itself.',
    username: 'link-worker',
    path: '/work',
  },
  {
    title: 'Answer as the person would',
    text: 'Open an invitation in the mail, or a text or letter in the post, and follow its link. Choose an answer and see it on the timeline.',
    username: null,
    path: null,
  },
  {
    title: 'Put something off',
    text: 'Snooze a task until a day. Then open a person’s record: pause their programme, hand it over or end it. Look under Snoozed and Paused.',
    username: 'coordinator',
    path: '/work?view=paused',
  },
  {
    title: 'Answer a referral',
    text: 'Accept one and see who it is for; decline another and say why. Then report how it went.',
    username: 'partner-smoking',
    path: '/referrals',
  },
  {
    title: 'Read what was achieved',
    text: 'See how far people came, by deprivation and by sex, and where the gap opens. Below: how it ended, and whose time it took.',
    username: 'manager',
    path: '/reports/stop-smoking',
  },
  {
    title: 'Try a programme out',
    text: 'Simulate one to see the work it would bring. Nobody is contacted.',
    username: 'manager',
    path: '/simulations',
  },
  {
    title: 'Move people to a new version',
    text: 'Open a programme and choose “Move people to another version”. Once a second version is loaded you see there who can move.',
    username: 'manager',
    path: '/programmes',
  },
  {
    title: 'Read what people are sent',
    text: 'See a message as each reader gets it, by e-mail, text and letter. Approve its words.',
    username: 'clinical-lead',
    path: '/templates',
  },
  {
    title: 'See whether the records agree',
    text: 'Does each record agree with what is done for the person? See where it does not, and what you can do.',
    username: 'coordinator',
    path: '/drift',
  },
  {
    title: 'See who looked',
    text: 'Find in the audit trail that you read a record.',
    username: 'privacy-officer',
    path: '/audit',
  },
];

import { Global, Module } from '@nestjs/common';
import { AllocationService } from '#care/allocation';
import { ContactPolicy, TemplatesService } from '#care/contact';
import { DetectionService } from '#care/detection';
import { ProgrammesService, shippedProgrammes } from '#care/programmes';
import { Audit } from '#platform/audit';
import { Settings } from '#platform/config';
import { Database } from '#platform/database';
import { Clock, StoppedClock } from '#platform/kernel';
import { ROOMS } from './cli.module.js';
import { type Command, withRooms } from './command.js';
import { demoAccount } from './demo-account.js';
import { DemoHistory } from './demo-history.js';
import { enrolWorkUnderWay } from './demo-under-way.js';
import { MailCatcher } from './mail-catcher.js';
import { seedOrganisations } from './seed-organisations.js';
import { seedPopulation } from './seed-population.js';

const clock = new StoppedClock(new Date());

/** A clock that the demo's history moves along. */
@Global()
@Module({ providers: [{ provide: Clock, useValue: clock }], exports: [Clock] })
class MovableTimeModule {}

@Module({ imports: [MovableTimeModule, ...ROOMS] })
class SeedModule {}

/** Makes the demo: places, organisations, people, programmes, a year of history, and work under way. Safe to repeat. */
export const seedCommand: Command = {
  summary: 'make the demo population and its history [--people N]',
  async run(args) {
    const wanted = args.indexOf('--people');
    const people = Number(wanted >= 0 ? args[wanted + 1] : (process.env.FAIRWAY_PEOPLE ?? 10_000));
    const today = new Date();
    return withRooms(SeedModule, (rooms) =>
      Audit.as({ kind: 'system', id: 'seed' }, async () => {
        const database = rooms.get(Database);
        await seedOrganisations(database);
        await seedPopulation(rooms, { people, today, tell: console.log });
        const programmes = rooms.get(ProgrammesService);
        const templates = rooms.get(TemplatesService);
        const { mistakes: inPolicy } = await rooms.get(ContactPolicy).load();
        const { mistakes: inTemplates } = await templates.load();
        const { mistakes: inProgrammes } = await programmes.load(
          shippedProgrammes(),
          await templates.listNames(),
          await templates.listApprovedNames(),
        );
        const mistakes = [...inPolicy, ...inTemplates, ...inProgrammes];
        if (mistakes.length > 0) {
          for (const mistake of mistakes) console.error(mistake.message);
          return 1;
        }
        if ((await database.client.episode.count()) === 0) {
          for (const { programme, title } of await programmes.listLive()) {
            const { found } = await rooms.get(DetectionService).run(programme, today);
            console.log(`${title}: ${found} people found`);
          }
          const mail = rooms.get(Settings).get('MAIL_API_URL');
          if (mail) {
            const accountId = await demoAccount(database);
            const history = new DemoHistory(rooms, clock, today, accountId, new MailCatcher(mail), console.log);
            const episodes = await history.write(programmes);
            clock.moveTo(today);
            const underWay = await enrolWorkUnderWay(
              {
                ...{ database, programmes },
                ...{ allocation: rooms.get(AllocationService), detection: rooms.get(DetectionService) },
              },
              today,
            );
            console.log(`demo history: ${episodes} ended episodes, ${underWay} under way`);
          }
        }
        return 0;
      }),
    );
  },
};

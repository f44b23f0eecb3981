import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ContactPolicy, TemplatesService } from '#care/contact';
import { ProgrammesService, shippedProgrammes } from '#care/programmes';
import { Audit } from '#platform/audit';
import { CliModule } from './cli.module.js';
import { type Command, withRooms } from './command.js';

/** Loads the folder's contact policy and message templates, then every programme file that is right, and says what is wrong with the others, each refused whole. */
export const programmesCommand: Command = {
  summary: 'load the programme files, or say what is wrong with them [folder]',
  async run([folder = shippedProgrammes()]) {
    return withRooms(CliModule, (rooms) =>
      Audit.as({ kind: 'system', id: 'command-line' }, async () => {
        const programmes = rooms.get(ProgrammesService);
        const templates = rooms.get(TemplatesService);
        const [words, policy] = [join(folder, 'templates'), join(folder, 'contact')];
        const { mistakes: inPolicy } = existsSync(policy)
          ? await rooms.get(ContactPolicy).load(policy)
          : { mistakes: [] };
        const { mistakes: inTemplates } = existsSync(words) ? await templates.load(words) : { mistakes: [] };
        const { loaded, mistakes: inProgrammes } = await programmes.load(
          folder,
          await templates.listNames(),
          await templates.listApprovedNames(),
        );
        const mistakes = [...inPolicy, ...inTemplates, ...inProgrammes];
        for (const { message } of mistakes) console.error(message);
        const live = (await programmes.listLive()).map(({ programme, version }) => `${programme} ${version}`);
        console.log(`${loaded.length} files read; live: ${live.join(', ')}`);
        return mistakes.length === 0 ? 0 : 1;
      }),
    );
  },
};

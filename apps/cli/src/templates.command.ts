import { ContactPolicy, shippedTemplates, TemplatesService } from '#care/contact';
import { Audit } from '#platform/audit';
import { CliModule } from './cli.module.js';
import { type Command, withRooms } from './command.js';

/** Loads the contact policy and every message template that is right, and says what is wrong with the others, each refused whole. */
export const templatesCommand: Command = {
  summary: 'load the contact policy and the message templates, or say what is wrong with them [folder] [policy folder]',
  async run([folder = shippedTemplates(), policyFolder]) {
    return withRooms(CliModule, (rooms) =>
      Audit.as({ kind: 'system', id: 'command-line' }, async () => {
        const templates = rooms.get(TemplatesService);
        const { version: policy, mistakes: inPolicy } = await rooms.get(ContactPolicy).load(policyFolder);
        const { loaded, mistakes: inTemplates } = await templates.load(folder);
        const mistakes = [...inPolicy, ...inTemplates];
        for (const { message } of mistakes) console.error(message);
        const versions = await templates.list();
        const named = (wanted: (version: (typeof versions)[number]) => boolean): string =>
          versions
            .filter(wanted)
            .map(({ template, version }) => `${template} ${version}`)
            .join(', ') || 'none';
        const sent = named(({ inForce }) => inForce);
        const drafts = named(({ status }) => status === 'draft');
        console.log(
          `contact policy ${policy ?? 'refused'}; ${loaded.length} templates read; sent: ${sent}; waiting for approval: ${drafts}`,
        );
        return mistakes.length === 0 ? 0 : 1;
      }),
    );
  },
};

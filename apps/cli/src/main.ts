import 'reflect-metadata';
import { SettingsWrong } from '#platform/config';
import { Fault } from '#platform/kernel';
import { type Command, CommandMisused } from './command.js';
import { detectCommand } from './detect.command.js';
import { enlivenCommand } from './enliven.command.js';
import { importCommand } from './import.command.js';
import { programmesCommand } from './programmes.command.js';
import { outboxCommand, reconcileCommand, repairCommand } from './reconcile.command.js';
import { seedCommand } from './seed.command.js';
import { simulateCommand } from './simulate/simulate.command.js';
import { templatesCommand } from './templates.command.js';

const COMMANDS: Readonly<Record<string, Command>> = {
  import: importCommand,
  detect: detectCommand,
  templates: templatesCommand,
  programmes: programmesCommand,
  simulate: simulateCommand,
  reconcile: reconcileCommand,
  repair: repairCommand,
  outbox: outboxCommand,
  seed: seedCommand,
  enliven: enlivenCommand,
};

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  return `fairway <command>\n\n${lines.join('\n')}\n`;
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  const command = name === undefined ? undefined : COMMANDS[name];
  if (!command) {
    console.error(name === undefined || name === '--help' ? usage() : `There is no command ${name}.\n\n${usage()}`);
    return name === '--help' ? 0 : 2;
  }
  try {
    return await command.run(args);
  } catch (error) {
    // Faults and misuse are told, not traced; anything else is a defect and keeps its stack.
    if (error instanceof Fault || error instanceof SettingsWrong || error instanceof CommandMisused) {
      console.error(error.message);
      return 1;
    }
    throw error;
  }
}

process.exitCode = await main(process.argv.slice(2));

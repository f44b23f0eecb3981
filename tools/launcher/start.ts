import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

import { build } from '../build/build.ts';
import { initialise } from '../database/postgres.ts';
import { deploy } from '../database/prisma.ts';
import { Problem } from '../setup/problem.mjs';
import { root } from '../setup/root.mjs';
import { elapsed, hush, print, spell, step, tell } from '../setup/steps.mjs';
import { temporalBinary } from '../temporal/binary.ts';
import { DataFolder, shown } from './data-folder.ts';
import { databaseName, prepareDatabase, triggerPerson } from './database.ts';
import { Part, type PartPlan } from './part.ts';
import {
  apiPlan,
  identityPlan,
  listens,
  mailPlan,
  notifyPlan,
  postgresPlan,
  temporalPlan,
  workerPlan,
} from './parts.ts';
import { type KnownProcess, parentsOf } from './processes.ts';
import { progressOf, Run } from './run.ts';
import { goodbye, runningNote, welcome } from './running.ts';
import { programEnvironment, settingsOf, type Settings } from './settings.ts';

const usage = `npm start                 bring everything up; Ctrl-C stops it
npm start -- --fresh      delete this copy's data first
npm start -- --without worker      leave a part for you to run, with <data folder>/environment.json as its environment
PORT=3100 FAIRWAY_DATA=.data-2 npm start      a second copy beside the first`;

/** Brings one copy of Fairway up and keeps it up until it is told to stop. Answers the exit code. */
export async function start(args: string[]): Promise<number> {
  const options = optionsOf(args);
  if (options === null) {
    print(usage);
    return args.includes('--help') ? 0 : 2;
  }
  return new Copy(options).run();
}

interface Options {
  fresh: boolean;
  /** Parts that the developer runs, or goes without. */
  without: string[];
}

const leavable = ['api', 'worker', 'seed', 'web'];

function optionsOf(args: string[]): Options | null {
  const options: Options = { fresh: false, without: [] };
  for (let at = 0; at < args.length; at += 1) {
    if (args[at] === '--fresh') options.fresh = true;
    else if (args[at] === '--without') options.without = (args[(at += 1)] ?? '').split(',');
    else return null;
  }
  return options.without.every((name) => leavable.includes(name)) ? options : null;
}

class Copy {
  private readonly options: Options;
  private readonly parts: (Part | Run)[] = [];
  private readonly processes: Record<string, KnownProcess> = {};
  private data: DataFolder | null = null;
  private announced: (() => void) | null = null;
  private stopAsked: ((code: number) => void) | null = null;
  private stopped: Promise<number> | null = null;

  constructor(options: Options) {
    this.options = options;
  }

  async run(): Promise<number> {
    const asked = new Promise<number>((answer) => (this.stopAsked = answer));
    this.listen();
    print('\nFairway\n');
    const up = this.bringUp().then(
      () => null,
      (reason: unknown) => reason,
    );
    const failed = await Promise.race([up, asked.then(() => null)]);
    if (failed !== null) {
      tell(failed);
      return this.shutDown(1);
    }
    const code = await asked;
    return this.shutDown(code);
  }

  private async bringUp(): Promise<void> {
    const data = await DataFolder.take(this.options.fresh, (line) => print(`  ! ${line}`));
    this.data = data;
    const settings = await settingsOf(data);
    await Promise.all([
      build({ web: !this.options.without.includes('web') }),
      this.database(settings, data),
      this.temporalServer(settings, data),
      this.identity(settings, data),
      this.mail(settings, data),
      this.notify(settings, data),
    ]);
    const environment = programEnvironment(settings, data);
    await this.seed(settings, environment, data);
    await this.programmes(environment, data);
    data.write('environment.json', environment);
    const program: [string, PartPlan][] = [
      ['API and web app', apiPlan(environment, settings, data)],
      ['Worker', workerPlan(environment, settings, data)],
    ];
    const wanted = program.filter(([, plan]) => !this.options.without.includes(plan.name));
    await Promise.all(wanted.map(([title, plan]) => this.part(title, plan)));
    await this.enliven(settings, environment, data);
    const nhsNumber = await triggerPerson(settings);
    this.announced = () => data.write('running.json', runningNote(settings, nhsNumber, this.processes));
    this.announced();
    print(welcome(settings, data));
    print(`  Ready after ${spell(elapsed())}. Ctrl-C stops everything; the data stays in ${shown(data.path)}.\n`);
  }

  private async database(settings: Settings, data: DataFolder): Promise<void> {
    await step('Postgres', async (say, done) => {
      if (settings.own.database) done('yours, by DATABASE_URL');
      else {
        say('making the database');
        await initialise(data.file('postgres'), settings.secrets.postgresPassword);
        say('starting');
        await this.add(postgresPlan(settings, data)).start();
      }
      await prepareDatabase(settings);
    });
    await step('Migrations', async (_say, done) => {
      const applied = await deploy(settings.ownerUrl);
      done(applied.length ? `${applied.length} applied` : 'nothing new');
    });
  }

  private async temporalServer(settings: Settings, data: DataFolder): Promise<void> {
    if (!settings.own.temporal) {
      const program = await step<string>('Temporal server', async (say, done) => {
        const found = await temporalBinary(say);
        done(shown(found));
        return found;
      });
      return this.part('Temporal', temporalPlan(program, settings, data));
    }
    await step('Temporal', async (_say, done) => {
      const [host = '', port = '7233'] = settings.temporalAddress.split(/:(?=\d+$)/);
      if (!(await listens(Number(port), host.replace(/^\[|\]$/g, '')))) {
        throw new Problem(
          `nothing answers at TEMPORAL_ADDRESS ${settings.temporalAddress}`,
          'Check the address, or unset TEMPORAL_ADDRESS and Fairway starts a server itself.',
        );
      }
      done('yours, by TEMPORAL_ADDRESS');
    });
  }

  private async identity(settings: Settings, data: DataFolder): Promise<void> {
    if (!settings.own.identity) return this.part('Log-in', identityPlan(settings, data));
    await step('Log-in', async (_say, done) => {
      const where = `${settings.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
      const answer = await fetch(where, { signal: AbortSignal.timeout(10_000) }).catch(() => null);
      if (!answer?.ok) {
        throw new Problem(
          `the OpenID provider of OIDC_ISSUER does not answer at ${where}`,
          'Check the address, or unset OIDC_ISSUER and Fairway starts a provider with demo users itself.',
        );
      }
      done('yours, by OIDC_ISSUER');
    });
  }

  private async mail(settings: Settings, data: DataFolder): Promise<void> {
    if (!settings.own.mail) return this.part('Mail catcher', mailPlan(settings, data));
    await step('Mail', async (_say, done) => done('yours, by SMTP_URL'));
  }

  private async notify(settings: Settings, data: DataFolder): Promise<void> {
    if (!settings.own.notify) return this.part('Texts and letters', notifyPlan(settings, data));
    await step('Texts and letters', async (_say, done) => done('yours, by NOTIFY_API_KEY'));
  }

  private async seed(settings: Settings, environment: Record<string, string>, data: DataFolder): Promise<void> {
    await this.once('seeded.json', 'Demo population', 'seed', settings, environment, data);
  }

  /** Reads programme files that were changed. A file with a mistake keeps nobody from working: its last good version goes on. */
  private async programmes(environment: Record<string, string>, data: DataFolder): Promise<void> {
    await step('Programmes', async (say, done) => {
      try {
        done(await this.runCommand('programmes', environment, data, say));
      } catch (reason) {
        if (!(reason instanceof Problem)) throw reason;
        done('a file was refused, and its last good version goes on');
        print(`    ${reason.message.split('\n').slice(1).join('\n    ')}`);
      }
    });
  }

  /** The demo's desks are filled through live pathways, so this needs the API and the worker up. */
  private async enliven(settings: Settings, environment: Record<string, string>, data: DataFolder): Promise<void> {
    if (settings.own.mail || this.options.without.includes('worker')) return;
    await this.once('enlivened.json', 'Demo work under way', 'enliven', settings, environment, data);
  }

  /** Runs a command of the demo unless it has been run on this database. */
  private async once(
    marker: string,
    title: string,
    command: string,
    settings: Settings,
    environment: Record<string, string>,
    data: DataFolder,
  ): Promise<void> {
    if (this.options.without.includes('seed')) return;
    const name = await databaseName(settings);
    if (data.read<{ database: string }>(marker)?.database === name) return;
    await step(title, async (say, done) => {
      done(await this.runCommand(command, environment, data, say));
      data.write(marker, { database: name });
    });
  }

  /** Runs a command of our own program. Answers the last thing it said. */
  private async runCommand(
    command: string,
    environment: Record<string, string>,
    data: DataFolder,
    say: (note: string) => void,
  ): Promise<string> {
    const cli = join(root, 'dist/apps/cli/src/main.js');
    if (!existsSync(cli)) {
      throw new Problem('the command line program was not built', 'Run `npm run build` and read it.');
    }
    const env = { ...process.env, FAIRWAY_PEOPLE: process.env['FAIRWAY_PEOPLE'] || '10000', ...environment };
    const run = new Run(command, [cli, command], env, data.file(`logs/${command}.log`));
    this.parts.push(run);
    this.note(run);
    let last = '';
    const code = await run.ended((line) => say((last = progressOf(line) || last)));
    this.parts.splice(this.parts.indexOf(run), 1);
    delete this.processes[command];
    data.write('processes.json', this.processes);
    if (code === 0) return last;
    throw new Problem(
      `${command} failed (code ${code})\n${run.lastLines() || last}`,
      `Read the whole of it in ${data.file(`logs/${command}.log`)}; \`npm start -- --fresh\` begins again.`,
    );
  }

  private part(title: string, plan: PartPlan): Promise<void> {
    return step(title, () => this.add(plan).start());
  }

  private add(plan: PartPlan): Part {
    if (this.stopped) throw new Problem('stopping', '');
    const part = new Part(plan, {
      changed: (one) => this.note(one),
      said: (line) => print(`  ! ${line}`),
    });
    this.parts.push(part);
    return part;
  }

  /** Notes the processes for the next start, should this one be cut short, and for who reads running.json. */
  private note(part: Part | Run): void {
    if (part.process) this.processes[part.name] = part.process;
    this.data?.write('processes.json', this.processes);
    this.announced?.();
  }

  private listen(): void {
    let first = 0;
    const asked = (code: number): void => {
      // npm passes Ctrl-C on to a program that has had it already: twice at once is once.
      if (first && Date.now() - first > 1_500) this.end(1);
      first ||= Date.now();
      this.stopAsked?.(code);
    };
    process.on('SIGINT', () => asked(0));
    process.on('SIGTERM', () => asked(0));
    process.on('SIGHUP', () => asked(0));
    process.on('exit', () => this.killAll());
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      process.on(event, (reason: unknown) => void this.crashed(reason));
    }
    this.watchParents();
  }

  /** npm may be killed in a way that it cannot pass on. Then nobody is left to press Ctrl-C. */
  private watchParents(): void {
    if (!process.env['npm_lifecycle_event']) return;
    const parents = parentsOf(process.pid);
    setInterval(() => {
      if (parentsOf(process.pid) !== parents) this.stopAsked?.(0);
    }, 1_000).unref();
  }

  private async crashed(reason: unknown): Promise<void> {
    const stack = reason instanceof Error ? reason.stack : String(reason);
    if (this.data) appendFileSync(this.data.file('logs/launcher.log'), `${new Date().toISOString()} ${stack}\n`);
    tell(reason);
    process.exit(await this.shutDown(1));
  }

  private shutDown(code: number): Promise<number> {
    this.stopped ??= this.stopAll(code);
    return this.stopped;
  }

  private async stopAll(code: number): Promise<number> {
    this.announced = null;
    hush();
    this.data?.remove('running.json');
    if (this.parts.length > 0) print('\n  Stopping…');
    // Who uses the database and the Temporal server goes before them.
    const base = ['temporal', 'postgres'];
    const stop = async (part: Part | Run): Promise<void> => {
      if (await part.stop(20)) print(`  ! ${part.name} did not stop by itself and was ended`);
    };
    await Promise.all(this.parts.filter((part) => !base.includes(part.name)).map(stop));
    for (const name of base) {
      for (const part of this.parts.filter((one) => one.name === name)) await stop(part);
    }
    this.data?.release();
    if (this.parts.length > 0) print(goodbye);
    return code;
  }

  private killAll(): void {
    for (const part of this.parts) part.kill(part.name === 'postgres' ? 'SIGQUIT' : 'SIGKILL');
  }

  private end(code: number): never {
    print('  Ended at once.');
    this.killAll();
    this.data?.remove('running.json');
    this.data?.release();
    process.exit(code);
  }
}

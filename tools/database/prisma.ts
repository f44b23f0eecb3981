import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type ErrorRegistry,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import type {
  DiffTarget,
  MigrationList,
  SchemaEngine as Engine,
  SchemasContainer,
} from '@prisma/schema-engine-wasm/schema_engine_bg';

import pg from 'pg';

import { root } from '../setup/root.mjs';
import { connected } from './postgres.ts';

const schemaFolder = join(root, 'prisma', 'schema');
const migrationsFolder = join(root, 'prisma', 'migrations');
const filters = { externalTables: [], externalEnums: [] };
const lockFile = `# Written by the tools. It tells Prisma which database the migrations are for.\nprovider = "postgresql"\n`;

interface EngineModule {
  SchemaEngine: typeof Engine;
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

/**
 * Prisma's own schema engine, in its WebAssembly build. It is the same engine as the binary that Prisma's command line
 * downloads, and it is here wherever npm has been: everybody migrates in one way.
 */
async function withEngine<Result>(databaseUrl: string, work: (engine: Engine) => Promise<Result>): Promise<Result> {
  const adapter = new MigrationAdapter(databaseUrl);
  const factory = bindMigrationAwareSqlAdapterFactory(adapter);
  const module = await engineModule();
  const schema = await schemaFiles();
  const engine = await module.SchemaEngine.new(
    { datamodels: schema.files.map((file) => [file.path, file.content]) },
    () => undefined,
    factory,
  );
  try {
    return await work(engine);
  } catch (reason) {
    throw readable(reason, factory.errorRegistry);
  } finally {
    engine.free();
    await adapter.close();
  }
}

/**
 * Prisma's adapter, made fit for migrations. The one it ships splits a script at every semicolon, which cuts a function's
 * body in pieces, and does not know the catalogue's type "char", which tells a foreign key's action.
 */
class MigrationAdapter implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = 'postgres';
  readonly adapterName = '@prisma/adapter-pg';
  private readonly url: string;
  private readonly pools: pg.Pool[] = [];

  constructor(url: string) {
    this.url = url;
  }

  async connect(): Promise<SqlDriverAdapter> {
    return this.open(this.url);
  }

  async connectToShadowDb(): Promise<SqlDriverAdapter> {
    const name = `fairway_shadow_${randomUUID()}`;
    const url = new URL(this.url);
    url.pathname = `/${name}`;
    await connected(this.url, (client) => client.query(`CREATE DATABASE "${name}" TEMPLATE template0`));
    const shadow = await this.open(url.href);
    const dispose = shadow.dispose.bind(shadow);
    shadow.dispose = async () => {
      await dispose();
      await connected(this.url, (client) => client.query(`DROP DATABASE "${name}" WITH (FORCE)`));
    };
    return shadow;
  }

  /** Closes what the engine leaves open. */
  async close(): Promise<void> {
    for (const pool of this.pools) if (!pool.ending) await pool.end();
  }

  private async open(connectionString: string): Promise<SqlDriverAdapter> {
    const pool = new pg.Pool({ connectionString });
    this.pools.push(pool);
    const ask = pool.query.bind(pool) as (query: string | pg.QueryArrayConfig) => Promise<pg.QueryArrayResult>;
    const lettersOf = new Map<string, pg.FieldDef[]>();
    const asked = async (query: pg.QueryArrayConfig): Promise<pg.QueryArrayResult> => {
      const result = await ask(query);
      const letters = result.fields.filter((field) => field.dataTypeID === catalogueLetter);
      for (const field of letters) field.dataTypeID = text;
      lettersOf.set(query.text, letters);
      return result;
    };
    pool.query = asked as typeof pool.query;
    // A broken connection fails the query that used it; an idle one that breaks concerns nobody.
    const quiet = { onPoolError: () => undefined, onConnectionError: () => undefined };
    const connection = await new PrismaPg(pool, { ...quiet, disposeExternalPool: true }).connect();
    const queryRaw = connection.queryRaw.bind(connection);
    connection.queryRaw = async (query) => {
      const rows = await queryRaw(query);
      for (const { name } of lettersOf.get(query.sql) ?? []) {
        rows.columnTypes[rows.columnNames.indexOf(name)] = ColumnTypeEnum.Character;
      }
      return rows;
    };
    connection.executeScript = async (script) => void (await ask(script));
    return connection;
  }
}

/** Type numbers of Postgres: "char" and text. */
const catalogueLetter = 18;
const text = 25;

/** The engine tells faults as JSON, and those of the database as a number; only what a person can read is kept. */
function readable(reason: unknown, registry: ErrorRegistry): Error {
  const said = reason instanceof Error ? reason.message : String(reason);
  const number = /External error id#(\d+)/.exec(said)?.[1];
  const external = number === undefined ? undefined : registry.consumeError(Number(number))?.error;
  if (external instanceof Error) return external;
  try {
    const parsed = JSON.parse(said) as { message?: string };
    return new Error(parsed.message ?? said);
  } catch {
    return new Error(said);
  }
}

let loaded: Promise<EngineModule> | undefined;

function engineModule(): Promise<EngineModule> {
  loaded ??= (async () => {
    const path = '@prisma/schema-engine-wasm/schema_engine_bg';
    const module = (await import(path)) as EngineModule & Record<string, (...args: unknown[]) => unknown>;
    const home = createRequire(import.meta.url).resolve(path);
    const compiled = await WebAssembly.compile(readFileSync(home.replace(/\.js$/, '.wasm')));
    // It limits its wait for a lock by a timer that it never clears; that must not keep the process waiting.
    const imports = Object.entries(module).map(([name, call]) => [
      name,
      name.startsWith('__wbg_setTimeout') ? unref(call) : call,
    ]);
    const instance = await WebAssembly.instantiate(compiled, { './schema_engine_bg.js': Object.fromEntries(imports) });
    module.__wbg_set_wasm(instance.exports);
    (instance.exports['__wbindgen_start'] as () => void)();
    return module;
  })();
  return loaded;
}

function unref(call: (...args: unknown[]) => unknown): (...args: unknown[]) => unknown {
  return (...args) => (call(...args) as NodeJS.Timeout).unref();
}

async function schemaFiles(): Promise<SchemasContainer> {
  const names = (await readdir(schemaFolder)).filter((name) => name.endsWith('.prisma')).sort();
  const files = names.map(async (name) => {
    const path = join(schemaFolder, name);
    return { path, content: await readFile(path, 'utf8') };
  });
  return { files: await Promise.all(files) };
}

async function migrations(): Promise<MigrationList> {
  await mkdir(migrationsFolder, { recursive: true });
  const entries = await readdir(migrationsFolder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const migrationDirectories = names.sort().map((path) => {
    const content = readFileSync(join(migrationsFolder, path, 'migration.sql'), 'utf8');
    return { path, migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: content } } };
  });
  return {
    baseDir: migrationsFolder,
    lockfile: { path: 'migration_lock.toml', content: lockFile },
    shadowDbInitScript: '',
    migrationDirectories,
  };
}

/** The names of the migrations in the source tree, oldest first. */
export async function migrationNames(): Promise<string[]> {
  return (await migrations()).migrationDirectories.map((directory) => directory.path);
}

/** Applies every migration that `ownerUrl` has not had yet, and names them. */
export async function deploy(ownerUrl: string): Promise<string[]> {
  const migrationsList = await migrations();
  return withEngine(ownerUrl, async (engine) => {
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
    return appliedMigrationNames;
  });
}

/** What separates the migrations from the schema: as SQL, or in words. Null when they agree. */
export async function difference(ownerUrl: string, as: 'sql' | 'words'): Promise<string | null> {
  const from: DiffTarget = { tag: 'migrations', ...(await migrations()) };
  const to: DiffTarget = { tag: 'schemaDatamodel', ...(await schemaFiles()) };
  return withEngine(ownerUrl, async (engine) => {
    const result = await engine.diff({ from, to, script: as === 'sql', exitCode: true, filters });
    return result.exitCode === 2 ? result.stdout : null;
  });
}

/** Writes what separates migrations and schema as a new migration. Answers its path, or null when they agree. */
export async function writeMigration(ownerUrl: string, name: string, at: Date): Promise<string | null> {
  const sql = await difference(ownerUrl, 'sql');
  if (sql === null) return null;
  const stamp = at.toISOString().replace(/\D/g, '').slice(0, 14);
  const folder = join(migrationsFolder, `${stamp}_${name.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(migrationsFolder, 'migration_lock.toml'), lockFile);
  await writeFile(join(folder, 'migration.sql'), sql);
  return join(folder, 'migration.sql');
}

import type { SpawnOptions } from 'node:child_process';

export interface Server {
  port: number;
  password: string;
}

export interface ServerCommand {
  command: string;
  args: string[];
  options: SpawnOptions;
}

export function emptyDatabase(server: Server, name: string): Promise<string>;
export function databaseUrl(server: Server, database: string, user?: string, password?: string): string;
export function initialise(wanted: string, password: string): Promise<void>;
export function serverCommand(wanted: string, port: number, settings?: Record<string, string>): Promise<ServerCommand>;
export function untilAnswering(server: Server, seconds: number): Promise<void>;
export function deploy(ownerUrl: string): Promise<string[]>;
export function temporalCommand(
  program: string,
  place: { file: string | null; port: number; uiPort: number | null },
): ServerCommand;

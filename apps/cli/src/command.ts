import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** Returns the exit code. Throws CommandMisused with what to type instead. */
  run(args: readonly string[]): Promise<number>;
}

/** Thrown when a command was given words it cannot use. */
export class CommandMisused extends Error {}

/** Runs `work` with the rooms at hand, and closes them whatever happens. */
export async function withRooms<Result>(
  module: new () => object,
  work: (rooms: INestApplicationContext) => Promise<Result>,
): Promise<Result> {
  const rooms = await NestFactory.createApplicationContext(module, { logger: ['error', 'fatal'], abortOnError: false });
  try {
    return await work(rooms);
  } finally {
    await rooms.close();
  }
}

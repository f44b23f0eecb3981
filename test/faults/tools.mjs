/** The tools that start the product's servers, for the suite: they are written for Node itself, beside the program's types. */
export { emptyDatabase } from '../../tools/database/commands.ts';
export { databaseUrl, initialise, serverCommand, untilAnswering } from '../../tools/database/postgres.ts';
export { deploy } from '../../tools/database/prisma.ts';
export { temporalCommand } from '../../tools/temporal/server.ts';

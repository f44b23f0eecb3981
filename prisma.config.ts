import { defineConfig } from 'prisma/config';

/** For Prisma's own commands. The program is given its address by the environment, and migrates with tools/database. */
export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_OWNER_URL'] ?? '' },
});

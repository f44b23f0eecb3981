import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { format } from 'prettier';
import { CONTROLLERS } from './controllers.js';
import { describeApi } from './http/openapi-document.js';
import { IDENTITY_CONTROLLERS } from './identity/index.js';

const doors = [...CONTROLLERS, ...IDENTITY_CONTROLLERS];

/** What the controllers ask for, none of it built: only the routes are read, so no settings and no database are needed. */
const asked = doors.flatMap(
  (controller) => (Reflect.getMetadata('design:paramtypes', controller) ?? []) as (new () => object)[],
);

@Module({ controllers: doors, providers: asked.map((provide) => ({ provide, useValue: {} })) })
class DoorsOnly {}

const FILE = 'openapi.json';

const app = await NestFactory.create(DoorsOnly, new FastifyAdapter(), { logger: ['error'] });
const written = await format(JSON.stringify(describeApi(app)), { parser: 'json', printWidth: 120 });

if (process.argv[2] === 'write') {
  await writeFile(FILE, written);
} else if ((await readFile(FILE, 'utf8').catch(() => '')) !== written) {
  process.stderr.write('openapi.json does not say what the API does. Run: npm run openapi:write\n');
  process.exitCode = 1;
}

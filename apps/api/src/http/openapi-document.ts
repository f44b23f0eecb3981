import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { replySchema } from '../contact/reply.schema.js';
import { notReadySchema } from '../health/health.schema.js';
import { triggerSchema } from '../triggers/trigger.schema.js';
import { problemSchema } from './parts.schema.js';

/** The OpenAPI 3.1 document of every route, made from the zod schemas that also check requests. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const frame = new DocumentBuilder()
    .setTitle('Fairway')
    .setDescription('Finds people who would benefit from help, gets the help to them, and proves what it changed.')
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addCookieAuth('fairway_session', { type: 'apiKey', in: 'cookie' }, 'session')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'machine')
    .build();
  const document = SwaggerModule.createDocument(app, frame, {
    operationIdFactory: (controller, method) => `${uncapitalised(controller.replace(/Controller$/, ''))}.${method}`,
    standardSchemaConverter: (schema, { schemaType }) =>
      schema instanceof z.ZodType ? toOpenApi(schema, schemaType) : undefined,
  });
  // Referred to by name where Nest has no place for a schema: problems, and bodies that are not checked as they come in.
  const named = [
    toOpenApi(problemSchema, 'output'),
    toOpenApi(notReadySchema, 'output'),
    toOpenApi(triggerSchema, 'input'),
    toOpenApi(replySchema, 'input'),
  ];
  document.components = {
    ...document.components,
    schemas: inOrder(Object.assign({ ...document.components?.schemas }, ...named.map(({ components }) => components))),
  };
  return document;
}

/** A schema with a `meta` id becomes a named component, so that generated clients have names for things. */
function toOpenApi(schema: z.ZodType, io: 'input' | 'output'): { schema: unknown; components: Components } {
  const {
    $defs = {},
    $schema: _dialect,
    ...whole
  } = z.toJSONSchema(schema, {
    io,
    // A date is written by JSON as text; its schema says so itself.
    unrepresentable: 'any',
    override: withoutPattern,
  });
  const components: Components = {};
  for (const [name, part] of Object.entries($defs)) components[name] = withoutId(part);
  if (typeof whole.id !== 'string') return { schema: whole, components };
  components[whole.id] = withoutId(whole);
  return { schema: { $ref: `#/components/schemas/${whole.id}` }, components };
}

type Components = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

// The format says it; the pattern zod writes beside it is its own and long.
function withoutPattern({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format) delete jsonSchema.pattern;
}

function withoutId({ id: _id, ...rest }: z.core.JSONSchema.BaseSchema): Components[string] {
  return rest as Components[string];
}

const inOrder = (components: Components): Components =>
  Object.fromEntries(Object.entries(components).sort(([one], [other]) => (one < other ? -1 : 1)));

const uncapitalised = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

import { builtinModules } from 'node:module';
import tseslint from 'typescript-eslint';

/** The corridor, in the order facts travel. A room may import rooms before it, never after it. */
export const ROOMS = [
  'ingest',
  'population',
  'programmes',
  'detection',
  'allocation',
  'contact',
  'tasks',
  'referrals',
  'outcomes',
  'evaluation',
  'reports',
];

/** Plumbing, in the order it stands on itself. */
export const PLUMBING = ['kernel', 'config', 'database', 'audit', 'outbox', 'temporal', 'mail', 'notify', 'identity'];

const prisma = {
  group: ['@prisma/*', '**/generated/*'],
  message: 'Only libs/platform/database speaks to Prisma; import it from #platform/database.',
};
const temporal = { group: ['@temporalio/*'], message: 'Rooms know no Temporal: put a message into the outbox.' };
const workflows = {
  group: ['#workflows', '**/workflows/**'],
  message: 'Only apps carry rooms and workflows together.',
};
const apps = { group: ['**/apps/**'], message: 'Apps are doors; nothing imports them.' };
const deep = {
  regex: '^#(care|platform)/[^/]+/|(^|/)libs/',
  message: "Use the room's front door: #care/<room> or #platform/<part>.",
};
const environment = [
  { object: 'process', property: 'env', message: 'Settings come from #platform/config.' },
  { object: 'Date', property: 'now', message: 'Ask Clock.' },
  { object: 'Math', property: 'random', message: 'Ask newId() or a seeded generator.' },
];

function restrict(...patterns) {
  return { 'no-restricted-imports': ['error', { patterns }] };
}

/** Patterns as regular expressions: in a `group`, a leading # would begin a comment. */
function later(name, order, prefix, noun) {
  const ahead = order.slice(order.indexOf(name) + 1);
  if (ahead.length === 0) return [];
  return [{ regex: `^${prefix}/(${ahead.join('|')})$`, message: `${noun} ${name} may not look downstream.` }];
}

const rooms = ROOMS.map((room) => ({
  files: [`libs/care/${room}/**/*.ts`],
  ignores: ['**/*.spec.ts'],
  rules: {
    ...restrict(prisma, temporal, workflows, apps, deep, ...later(room, ROOMS, '#care', 'Room')),
    'no-restricted-properties': ['error', ...environment],
    'no-restricted-syntax': [
      'error',
      { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Ask Clock for the time.' },
    ],
  },
}));

const plumbing = PLUMBING.map((part) => ({
  files: [`libs/platform/${part}/**/*.ts`],
  ignores: ['**/*.spec.ts'],
  rules: restrict(
    ...(part === 'database' ? [] : [prisma]),
    ...(part === 'temporal' ? [] : [temporal]),
    workflows,
    apps,
    deep,
    { regex: '^#care/', message: 'Plumbing knows no medicine.' },
    ...later(part, PLUMBING, '#platform', 'Part'),
  ),
}));

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      '.data/',
      'libs/platform/database/generated/',
      'apps/web/src/api/schema.d.ts',
      'test/lint/',
    ],
  },
  ...tseslint.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      curly: ['error', 'multi-line'],
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['apps/{api,worker,cli}/**/*.ts', 'libs/**/*.ts', 'workflows/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
    },
  },
  {
    // Nest reads constructor parameter types at run time, so an import used only there must stay a value.
    files: ['apps/{api,worker,cli}/**/*.ts', 'libs/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  ...plumbing,
  ...rooms,
  {
    files: ['workflows/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      ...restrict(
        {
          group: builtinModules.flatMap((name) => [name, `node:${name}`]),
          message: 'A workflow is deterministic: no Node.',
        },
        {
          regex: '^(?!\\.{1,2}/|@temporalio/(workflow|common)$)',
          message: 'Workflows import only @temporalio/workflow and their own files.',
        },
      ),
    },
  },
  {
    files: ['apps/**/*.ts'],
    ignores: ['**/*.spec.ts', 'apps/web/**'],
    rules: restrict(prisma, deep),
  },
);

const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', { swcrc: true }] },
  transformIgnorePatterns: ['/node_modules/'],
  moduleNameMapper: {
    '^#platform/(.*)$': '<rootDir>/libs/platform/$1/index.ts',
    '^#care/(.*)$': '<rootDir>/libs/care/$1/index.ts',
    '^#workflows$': '<rootDir>/workflows/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/workflows', '<rootDir>/test', '<rootDir>/tools'],
  modulePathIgnorePatterns: ['<rootDir>/dist'],
};

const ignore = (...patterns) => ['/node_modules/', '/dist/', '/test/e2e/', ...patterns];

const withDatabase = {
  globalSetup: '<rootDir>/test/database/global-setup.mjs',
  globalTeardown: '<rootDir>/test/database/global-teardown.mjs',
};

/** One project a test size; the suffix of the file says which (docs: CONTRIBUTING.md). */
export default {
  // A step of a test waits on real servers, which are slow when the machine is busy.
  testTimeout: 30_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testRegex: '\\.spec\\.ts$',
      testPathIgnorePatterns: ignore('\\.db\\.spec\\.ts$', '\\.workflow\\.spec\\.ts$', '\\.faults\\.spec\\.ts$'),
    },
    {
      ...shared,
      ...withDatabase,
      displayName: 'db',
      testRegex: '\\.db\\.spec\\.ts$',
      testPathIgnorePatterns: ignore(),
    },
    {
      ...shared,
      displayName: 'workflow',
      testRegex: '\\.workflow\\.spec\\.ts$',
      testPathIgnorePatterns: ignore(),
    },
    {
      ...shared,
      displayName: 'faults',
      testRegex: '\\.faults\\.spec\\.ts$',
      testPathIgnorePatterns: ignore(),
    },
  ],
};

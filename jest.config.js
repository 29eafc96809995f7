/** Unit tests stand beside the code as *.spec.ts; tests of the whole live in test/. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^gatehouse-policy-engine$': '<rootDir>/packages/policy-engine/src/index.ts',
  },
};

export default {
  // Each file of whole-server tests waits for other processes, on machines of all speeds.
  testTimeout: 120_000,
  // One more than Jest would take on two cores: most of the time is spent waiting for other processes.
  maxWorkers: 2,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{src,packages/*/src}/**/*.spec.ts'] },
    { ...shared, displayName: 'engine', testMatch: ['<rootDir>/packages/policy-engine/test/**/*.test.ts'] },
    // A PostgreSQL for each file, no server.
    {
      ...shared,
      displayName: 'database',
      testMatch: ['<rootDir>/test/database/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/jest/database-setup.mjs',
      globalTeardown: '<rootDir>/test/support/jest/database-teardown.mjs',
    },
    {
      ...shared,
      displayName: 'server',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/database/'],
      globalSetup: '<rootDir>/test/support/jest/server-setup.mjs',
      globalTeardown: '<rootDir>/test/support/jest/server-teardown.mjs',
    },
  ],
};

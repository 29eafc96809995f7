/** Unit tests stand beside the code as *.spec.ts; tests of the whole live in test/. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};

export default {
  // Each file of whole-server tests waits for other processes, on machines of all speeds.
  testTimeout: 120_000,
  // One more than Jest would take on two cores: most of the time is spent waiting for other processes.
  maxWorkers: 2,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.spec.ts'] },
    { ...shared, displayName: 'engine', testMatch: ['<rootDir>/test/policy-engine/**/*.test.ts'] },
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
      testPathIgnorePatterns: ['<rootDir>/test/(policy-engine|database)/'],
      globalSetup: '<rootDir>/test/support/jest/server-setup.mjs',
      globalTeardown: '<rootDir>/test/support/jest/server-teardown.mjs',
    },
  ],
};

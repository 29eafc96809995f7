import js from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import prettier from 'eslint-config-prettier';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { layers } from './layers.js';

/** Rows are reached through Database alone: a connection of one's own would run outside of the role and the scope. */
const ownConnections = {
  selector: "NewExpression[callee.object.name='pg'][callee.property.name=/^(Client|Pool)$/]",
  message: 'Use Database: only src/kernel/database opens connections.',
};

/** The present time comes from the injected Clock, so that tests can replace it. */
const presentTime = [
  "NewExpression[callee.name='Date'][arguments.length=0]",
  "CallExpression[callee.name='Date']",
  "CallExpression[callee.object.name='Date'][callee.property.name='now']",
].map((selector) => ({ selector, message: "Use Clock of src/kernel/clock, or the request's receivedAt." }));

/** Types say what a value is; where they cannot, a check does (`rowOf`, a type predicate). */
const casts = {
  selector: 'TSAsExpression > TSAsExpression > :matches(TSUnknownKeyword, TSNeverKeyword, TSAnyKeyword)',
  message: 'Do not cast through another type: check the value, or correct the types.',
};

/** Modules import what they use. */
const globalModules = {
  selector: "Decorator[expression.callee.name='Global']",
  message: 'Only the modules of configuration and of the database are global.',
};

/** The order of locks is described in one file. Statements that take the next free row of a queue are not only locks. */
const rowLocks = {
  selector: 'TemplateElement[value.raw=/FOR (NO KEY UPDATE|UPDATE(?! SKIP LOCKED)|SHARE)/]',
  message: 'Lock rows with the functions of src/kernel/database/row-locks.ts.',
};

const everywhere = [ownConnections, casts, globalModules, rowLocks];

export default tseslint.config(
  { ignores: ['dist/', 'packages/*/dist/', 'data/', 'src/generated/', 'coverage/', 'test-output/'] },
  js.configs.recommended,
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: globals.node } },
  { files: ['assets/**/*.js', 'test/support/*.js'], languageOptions: { globals: globals.browser } },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
    },
  },
  {
    // The engine is pure: data in, decision out. No clock, no I/O, no framework.
    files: ['packages/policy-engine/src/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: ['node:*', '@nestjs/*', '**/generated/**', '../*/../*'] }],
      'no-restricted-globals': ['error', 'Date', 'process', 'fetch', 'setTimeout'],
    },
  },
  { files: ['src/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...everywhere, ...presentTime] } },
  {
    files: ['src/kernel/database/**', 'src/audit/trail/retention.ts'],
    rules: { 'no-restricted-syntax': ['error', casts, ...presentTime] },
  },
  {
    files: ['src/kernel/config/config.module.ts'],
    rules: { 'no-restricted-syntax': ['error', ownConnections, casts, rowLocks, ...presentTime] },
  },
  {
    files: ['src/kernel/clock/clock.ts'],
    rules: { 'no-restricted-syntax': ['error', ...everywhere] },
  },
  {
    files: ['src/**/*.spec.ts'],
    rules: { 'no-restricted-syntax': ['error', ownConnections] },
  },
  {
    // Imports run downwards: see layers.js.
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.spec.ts', 'src/generated/**'],
    plugins: { boundaries },
    settings: {
      // The first that matches counts: folders within a layer that are layers of their own come first.
      'boundaries/elements': [...layers]
        .sort((left, right) => right.folder.length - left.folder.length)
        .map(({ name, folder }) => ({ type: name, pattern: folder })),
      'import/resolver': { typescript: true },
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: layers.map(({ name }, index) => ({
            from: { element: { type: name } },
            allow: { to: { element: { types: { anyOf: layers.slice(0, index + 1).map((layer) => layer.name) } } } },
          })),
        },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts', 'packages/*/test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/unbound-method': 'off',
      'no-restricted-imports': 'off',
      'no-restricted-globals': 'off',
    },
  },
  prettier,
);

import { parseArgs } from 'node:util';
import { verifyAuditLogs } from '../../audit/verification/verify-command.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { explainStartFailure } from '../../kernel/config/start-failure.js';
import { backUp, restore } from './backup.js';
import { CommandError } from './command-error.js';
import { type Command, commands, type Options } from './commands.js';
import { asOperator } from './operator.js';

/** The arguments of the command are invalid. */
class UsageError extends Error {}

/**
 * @param words the command and its options
 * @returns the exit code: 0 success, 1 failure (the reason is on stderr), 2 invalid arguments
 */
export async function runAdminCommand([name, ...words]: readonly string[]): Promise<0 | 1 | 2> {
  try {
    if (name === undefined || name === 'help' || name === '--help') {
      process.stdout.write(usage());
      return 0;
    }
    if (name === 'verify-audit') return await verifyAuditLogs(words);
    if (name === 'back-up' || name === 'restore') return await runOnFile(name, words);
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new UsageError(`Unknown command: ${name}`);
    const options = optionsOf(command, words);
    process.stdout.write(`${await asOperator((operator) => command.run(operator, options))}\n`);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n\n${usage()}`);
      return 2;
    }
    const isPlain = error instanceof CommandError || error instanceof ApiError;
    process.stderr.write(`${isPlain ? error.message : explainStartFailure(error)}\n`);
    return 1;
  }
}

/** These two create or read the database as a whole, so they use no part of the server. */
async function runOnFile(name: 'back-up' | 'restore', [file, ...more]: readonly string[]): Promise<0> {
  if (file === undefined || more.length > 0) throw new UsageError(`${name} requires the name of one file.`);
  process.stdout.write(`${await (name === 'back-up' ? backUp(file) : restore(file))}\n`);
  return 0;
}

function optionsOf({ options }: Command, words: readonly string[]): Options {
  let values: Options;
  try {
    ({ values } = parseArgs({
      args: [...words],
      options: Object.fromEntries(
        Object.entries(options).map(([name, { flag }]) => [name, { type: flag ? 'boolean' : 'string' } as const]),
      ),
    }));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  for (const [name, { required }] of Object.entries(options)) {
    if (required && !values[name]) throw new UsageError(`--${name} is required.`);
  }
  return values;
}

function usage(): string {
  const lines = Object.entries(commands).flatMap(([name, { help, options }]) => [
    `  ${name}`,
    `      ${help}`,
    ...Object.entries(options).map(([option, { flag, required, help: text }]) => {
      const shown = `--${option}${flag ? '' : ' <value>'}`;
      return `      ${(required ? shown : `[${shown}]`).padEnd(20)} ${text}`;
    }),
  ]);
  return [
    'Usage: npm run admin -- <command>, with the environment of the server',
    '',
    ...lines,
    '  back-up <file>',
    '      writes the whole database to a file, with pg_dump, while the server runs',
    '  restore <file>',
    '      restores such a file into an empty database, with pg_restore, and verifies it',
    '  verify-audit [<account id> …] [--against <file>]',
    '      verifies the audit logs of these accounts, or of all, also against the output of an earlier run',
    '',
  ].join('\n');
}

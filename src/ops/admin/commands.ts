import { lockAccount, lockSharedWork } from '../../kernel/database/row-locks.js';
import { newAccountId } from '../../kernel/unique-ids.js';
import { createSigningKey, type KeyAlgorithm } from '../../access/tokens/key-ring.js';
import { endSessions } from '../../iam/resources/end-sessions.js';
import { makeSecondFactorsOnly } from '../../iam/resources/second-factors-only.js';
import { generatePassword } from '../../kernel/secrets/generated-password.js';
import { CommandError } from './command-error.js';
import { commandFacts, type Operator } from './operator.js';
import { progressBar } from './progress.js';
import { rotateMasterKey } from './rotate-master-key.js';
import { seedDemo } from './seed-demo.js';

/** Values of options by name. */
export type Options = Readonly<Record<string, string | boolean | undefined>>;

export interface Command {
  readonly help: string;
  /** Each is `--name <value>`; with `flag` just `--name`. */
  readonly options: Readonly<Record<string, { readonly flag?: true; readonly required?: true; readonly help: string }>>;
  /** @returns the output */
  readonly run: (operator: Operator, options: Options) => Promise<string>;
}

export const commands: Readonly<Record<string, Command>> = {
  'create-account': {
    help: 'creates an account and prints the password of its root user, once',
    options: {
      name: { required: true, help: 'name of the account' },
      email: { required: true, help: 'email address of its root user' },
    },
    run: createAccount,
  },
  'reset-root': {
    help:
      'sets a new password for the root user of the management account, prints it once, and removes ' +
      'its sessions and locks',
    options: {
      email: { help: 'a new email address' },
      'remove-mfa': { flag: true, help: 'also remove its MFA devices, if they are lost' },
    },
    run: resetRoot,
  },
  'seed-demo': {
    help: 'creates demo accounts with users, groups, roles and policies, and prints their passwords and keys once',
    options: {
      accounts: { help: 'number of accounts, 1 to 20; default: 2' },
      users: { help: 'users per account, 1 to 200; default: 12' },
    },
    run: (operator, { accounts = '2', users = '12' }) =>
      seedDemo(operator, numberOf('accounts', accounts, 20), numberOf('users', users, 200)),
  },
  'rotate-signing-keys': {
    help:
      'creates a new key for access tokens, which is used after 15 minutes; the old key is deleted ' +
      'when its tokens have expired',
    options: {
      revoke: { flag: true, help: 'the old keys were stolen: their tokens become invalid within five minutes' },
    },
    run: rotateSigningKeys,
  },
  'rotate-master-key': {
    help: 're-encrypts all secrets that were encrypted with a previous master key; can be interrupted and repeated',
    options: {},
    run: async ({ database, secrets, record }) => {
      const note = (input: object) =>
        database.forPlatform((tx) => record(tx, undefined, 'gatehouse:RotateMasterKey', input));
      await note({ phase: 'begun' });
      const resealed = await rotateMasterKey(database, secrets, progressBar('accounts'));
      await note({ phase: 'done', resealed });
      return `${resealed} secrets re-encrypted. All secrets are encrypted with the current master key.`;
    },
  },
};

function numberOf(option: string, value: string | boolean, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new CommandError(`--${option} must be an integer from 1 to ${most}.`);
}

async function createAccount({ database, accounts, record }: Operator, { name, email }: Options): Promise<string> {
  if (!/^[^\s@]+@[^\s@]+$/.test(String(email))) throw new CommandError('--email must be an email address.');
  const accountId = newAccountId();
  const password = generatePassword();
  await database.forAccount(accountId, async (tx) => {
    await accounts.create(tx, accountId, { name: String(name), email: String(email), password });
    await record(tx, accountId, 'gatehouse:CreateAccount', { name, email });
  });
  return `Account ${accountId}\nEmail    ${String(email)}\nPassword ${password}`;
}

async function resetRoot(operator: Operator, options: Options): Promise<string> {
  const { clock, database, accounts, newPasswords, mfaDevices, notifications, locks, epochs, record } = operator;
  const management = await accounts.findManagementAccount();
  if (!management) throw new CommandError('There is no management account yet. Start the server once.');
  const { accountId } = management;
  const email = options['email'] === undefined ? management.rootEmail : String(options['email']);
  const password = generatePassword();
  const now = clock.now();
  await database.forAccount(accountId, async (tx) => {
    await lockAccount(tx, accountId);
    if (email !== management.rootEmail) await accounts.changeRootEmail(tx, management, email, commandFacts(now));
    const rootPasswordHash = await newPasswords.forRoot({ name: management.name, rootEmail: email }, password);
    await tx.account.update({ where: { accountId }, data: { rootPasswordHash, rootPasswordSetAt: now } });
    if (options['remove-mfa']) await mfaDevices.deactivateAll(tx, accountId, accountId);
    await makeSecondFactorsOnly(tx, accountId, accountId);
    await endSessions(tx, accountId, accountId, now);
    await locks.unlock(tx, { accountId, rootEmail: email });
    await notifications.notifyRoot(tx, accountId, { kind: 'passwordChanged' }, commandFacts(now));
    await epochs.advance(tx, accountId);
    await record(tx, accountId, 'gatehouse:ResetRootUser', { email, removeMfa: options['remove-mfa'] === true });
  });
  return `Email    ${email}\nPassword ${password}`;
}

async function rotateSigningKeys({ clock, database, secrets, record }: Operator, { revoke }: Options): Promise<string> {
  await database.forPlatform(async (tx) => {
    await lockSharedWork(tx, 'signing keys');
    const used = await tx.signingKey.findMany({ where: { retiredAt: null }, distinct: ['algorithm'] });
    if (revoke) await tx.signingKey.updateMany({ where: { retiredAt: null }, data: { retiredAt: clock.now() } });
    for (const { algorithm } of used) await createSigningKey(tx, secrets, algorithm as KeyAlgorithm);
    await record(tx, undefined, 'gatehouse:RotateSigningKeys', { revoke: revoke === true });
  });
  return revoke
    ? 'A new key is in use. All servers drop the old keys within five minutes; restart them to do so immediately.'
    : 'A new key is published. It will be used in 15 minutes.';
}

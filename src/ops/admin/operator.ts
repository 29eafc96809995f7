import { randomUUID } from 'node:crypto';
import { AuditTrail } from '../../audit/trail/audit-trail.js';
import { ChainSeals } from '../../audit/trail/chain-seals.js';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { AccountsService } from '../../tenancy/accounts/accounts.service.js';
import { Clock } from '../../kernel/clock/clock.js';
import { rootArn } from '../../kernel/arn.js';
import { Settings } from '../../kernel/config/settings.js';
import { withDatabase } from '../../kernel/database/command-database.js';
import type { Database, Transaction } from '../../kernel/database/database.service.js';
import { PolicyEpochs } from '../../kernel/database/policy-epochs.js';
import { Notifications } from '../../kernel/mail/notifications.service.js';
import { Outbox } from '../../kernel/mail/outbox.service.js';
import { HardwareTokensService } from '../../iam/mfa/hardware-tokens/hardware-tokens.service.js';
import { MfaDevicesService } from '../../iam/mfa/mfa-devices.service.js';
import { OathDevicesService } from '../../iam/mfa/oath-devices.service.js';
import { NewPasswords } from '../../iam/password-policy/new-passwords.service.js';
import { PasswordPoliciesService } from '../../iam/password-policy/password-policies.service.js';
import { loadMasterKey } from '../../kernel/secrets/master-key.js';
import { PasswordHasher } from '../../kernel/secrets/password-hasher.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import { Guesses } from '../../kernel/throttling/guesses.service.js';
import { SignInLocks } from '../../kernel/throttling/sign-in-locks.service.js';
import { Throttle } from '../../kernel/throttling/throttle.service.js';
import { CommandError } from './command-error.js';

/** The resources of a command, from the server's environment, in addition to a running server. */
export interface Operator {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly epochs: PolicyEpochs;
  readonly newPasswords: NewPasswords;
  readonly accounts: AccountsService;
  readonly mfaDevices: MfaDevicesService;
  /** The server sends the mails when it runs. */
  readonly notifications: Notifications;
  readonly locks: SignInLocks;
  /**
   * Like `AuditTrail.record`: changes of an account are recorded in its audit log, and all changes in that of the
   * management account.
   *
   * @param accountId undefined: the change concerns only the platform
   */
  readonly record: (
    tx: Transaction,
    accountId: string | undefined,
    operation: `gatehouse:${string}`,
    input: object,
  ) => Promise<void>;
}

/** @throws errors that `explainStartFailure` explains */
export async function asOperator<T>(work: (operator: Operator) => Promise<T>): Promise<T> {
  const settings = Settings.fromEnvironment(process.env);
  const clock = new Clock();
  const secrets = new SecretBox(loadMasterKey(settings).key, settings.previousMasterKeys);
  return withDatabase(settings, async ({ database, target }) => {
    const epochs = new PolicyEpochs(database, target);
    const newPasswords = new NewPasswords(new PasswordPoliciesService(), new PasswordHasher(settings));
    const notifications = new Notifications(new Outbox(database, secrets));
    const trail = new AuditTrail(database, new ChainSeals(secrets));
    const accounts = new AccountsService(database, trail, newPasswords, notifications, settings, clock);
    const tokens = new HardwareTokensService(database, secrets);
    const throttle = new Throttle(secrets);
    const oath = new OathDevicesService(secrets);
    const guesses = new Guesses(throttle, database);
    const mfaDevices = new MfaDevicesService(oath, tokens, notifications, guesses);
    return work({
      settings,
      clock,
      database,
      secrets,
      epochs,
      newPasswords,
      accounts,
      mfaDevices,
      notifications,
      locks: new SignInLocks(throttle, database),
      record: async (tx, accountId, operation, input) => {
        const managementId = (await accounts.findManagementAccount())?.accountId;
        if (managementId === undefined)
          throw new CommandError('There is no management account yet. Start the server once.');
        const resourceArn = accountId === undefined ? '*' : rootArn(settings.partition, accountId);
        const entry = { operation, callerArn: 'operator', callerId: 'operator', resourceArn, input };
        const request = commandFacts(clock.now());
        for (const log of new Set([accountId ?? managementId, managementId])) {
          trail.record(tx, log, { ...entry, outcome: 'allowed' }, request);
        }
      },
    });
  });
}

/** A command has no request; the audit log shows it as one from this machine. */
export function commandFacts(receivedAt: Date): RequestFacts {
  return {
    requestId: randomUUID(),
    sourceIp: '127.0.0.1',
    userAgent: 'npm run admin',
    secureTransport: false,
    receivedAt,
  };
}

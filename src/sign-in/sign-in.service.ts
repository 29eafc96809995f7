import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AuditTrail } from '../access/audit/audit-trail.js';
import type { RequestFacts } from '../access/operations/operation.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { iamArn, rootArn } from '../common/arn.js';
import { ApiError } from '../common/errors.js';
import { Settings } from '../config/settings.js';
import { Database, type Transaction } from '../database/database.service.js';
import type { Account, Identity } from '../generated/prisma/client.js';
import { PasswordHasher } from '../secrets/password-hasher.js';
import { type IssuedSession, SessionsService } from '../sessions/sessions.service.js';
import type { signInInput } from './sign-in.schema.js';

type Credentials = z.output<typeof signInInput>;

/** Who the credentials name. Everything is absent for a stranger, who gets the same answer in the same time. */
interface Claimed {
  readonly account?: Account;
  readonly user?: Identity;
  readonly passwordHash?: string;
}

@Injectable()
export class SignInService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly hasher: PasswordHasher,
    private readonly auditTrail: AuditTrail,
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /** @throws ApiError SignInFailed, the same for a wrong account, name or password */
  async signIn(credentials: Credentials, request: RequestFacts): Promise<IssuedSession> {
    const claimed = await this.find(credentials);
    const isRight = await this.hasher.verify(claimed.passwordHash, credentials.password);
    const { account, user } = claimed;
    const succeeds = isRight && account?.status === 'active';
    if (!account) throw failed();
    const session = await this.database.forAccount(account.accountId, async (tx) => {
      this.record(tx, account, user, credentials, request, succeeds);
      if (!succeeds) return undefined;
      await notePasswordUse(tx, account, user, request.receivedAt);
      return this.sessions.start(tx, account.accountId, user?.identityId ?? account.accountId, request);
    });
    if (!session) throw failed();
    return session;
  }

  private async find({ email, account: idOrAlias, userName }: Credentials): Promise<Claimed> {
    if (email !== undefined) {
      const account = await this.accounts.findByRootEmail(email);
      return account ? { account, ...hashOf(account.rootPasswordHash) } : {};
    }
    const account = await this.accounts.findByIdOrAlias(idOrAlias!);
    if (!account) return {};
    const { accountId } = account;
    const nameKey = userName!.toLowerCase();
    return this.database.forAccount(accountId, async (tx) => {
      const found = await tx.identity.findUnique({
        where: { accountId_type_nameKey: { accountId, type: 'user', nameKey } },
        include: { loginProfile: true },
      });
      if (!found) return { account };
      const { loginProfile, ...user } = found;
      return { account, user, ...hashOf(loginProfile?.passwordHash) };
    });
  }

  private record(
    tx: Transaction,
    { accountId }: Account,
    user: Identity | undefined,
    { password: _password, ...named }: Credentials,
    request: RequestFacts,
    succeeds: boolean,
  ): void {
    const { partition } = this.settings;
    const isRoot = named.email !== undefined;
    const arn = isRoot
      ? rootArn(partition, accountId)
      : iamArn(partition, accountId, 'user', user?.path ?? '/', user?.name ?? named.userName!);
    const entry = {
      operation: 'gatehouse:SignIn',
      callerArn: arn,
      callerId: isRoot ? accountId : (user?.identityId ?? 'unknown'),
      resourceArn: arn,
      input: named,
      outcome: succeeds ? ('allowed' as const) : ('failed' as const),
    };
    this.auditTrail.record(tx, accountId, entry, request);
  }
}

async function notePasswordUse(tx: Transaction, { accountId }: Account, user: Identity | undefined, at: Date) {
  if (!user) {
    await tx.account.update({ where: { accountId }, data: { rootPasswordLastUsedAt: at } });
    return;
  }
  const { identityId } = user;
  await tx.identity.update({
    where: { accountId_identityId: { accountId, identityId } },
    data: { passwordLastUsedAt: at },
  });
}

function hashOf(passwordHash: string | null | undefined): Pick<Claimed, 'passwordHash'> {
  return passwordHash ? { passwordHash } : {};
}

function failed(): ApiError {
  return new ApiError('SignInFailed', 'The account, name or password is not correct.');
}

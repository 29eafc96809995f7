import { randomUUID } from 'node:crypto';
import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import { lockDelegationRequest } from '../../kernel/database/row-locks.js';
import { formatArn, parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { DelegationRequest } from '../../generated/prisma/client.js';
import { compilePolicy, type CompiledPolicy, parsePolicy } from 'gatehouse-policy-engine';

type Scope = Omit<LocateScope<unknown>, 'input'>;

/** What the owner of a request may do without any other permission. Source: API reference, these operations. */
const OWNERS_ACTIONS = ['iam:GetDelegationRequest', 'iam:GetHumanReadableSummary', 'iam:UpdateDelegationRequest'];

/** The id begins with the account that asks, in which the request is kept. */
export function newRequestId(accountId: string): string {
  return `${accountId}-${randomUUID()}`;
}

/**
 * A request that the caller's account may know of: one that has no account yet, one that is for this account, or one
 * that it made itself. Every other is as good as missing.
 */
export async function locateDelegationRequest(scope: Scope, requestId: string): Promise<Target<DelegationRequest>> {
  const { accountId, partition, caller } = scope;
  const arn = requestArn(partition, accountId, requestId);
  const row = await find(scope, requestId);
  if (!row || ![null, accountId].includes(row.ownerAccountId)) {
    return { arn, missing: `The delegation request ${requestId} cannot be found.` };
  }
  const isOwned = row.ownerArn !== null && row.ownerAccountId === accountId;
  return { arn, row, ...(isOwned ? { policy: ownersPolicy(row.ownerArn!, caller.accountId, partition) } : {}) };
}

/** As above, and for the account that made the request too, which follows what becomes of it. */
export async function locateReadableRequest(scope: Scope, requestId: string): Promise<Target<DelegationRequest>> {
  const target = await locateDelegationRequest(scope, requestId);
  if ('row' in target || requestorOf(requestId) !== scope.accountId) return target;
  const row = await find(scope, requestId);
  return row ? { arn: target.arn, row } : target;
}

/** @throws ApiError InvalidInput when the ARN is not that of a delegation request */
export function requestIdOfArn(entityArn: string): string {
  const requestId = /^delegation-request\/([\w-]+)$/.exec(parseArn(entityArn)?.resource ?? '')?.[1];
  if (requestId === undefined) {
    throw new ApiError('InvalidInput', `ARN ${entityArn} is not valid: only delegation requests can be summarized.`);
  }
  return requestId;
}

function requestorOf(requestId: string): string | undefined {
  return /^(\d{12})-[0-9a-f-]{36}$/.exec(requestId)?.[1];
}

async function find({ tx, inAccount }: Scope, requestId: string): Promise<DelegationRequest | null> {
  const requestor = requestorOf(requestId);
  if (requestor === undefined) return null;
  return inAccount(requestor, async () => {
    // Two owners, or an approval and a rejection, at the same time: the second sees what the first left.
    await lockDelegationRequest(tx, requestor, requestId);
    return tx.delegationRequest.findUnique({ where: { accountId_requestId: { accountId: requestor, requestId } } });
  });
}

function requestArn(partition: string, accountId: string, requestId: string): string {
  return formatArn({ partition, service: 'iam', region: '', accountId, resource: `delegation-request/${requestId}` });
}

function ownersPolicy(ownerArn: string, accountId: string, partition: string): CompiledPolicy {
  const Statement = { Effect: 'Allow', Principal: { AWS: ownerArn }, Action: OWNERS_ACTIONS, Resource: '*' };
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  const id = `owner of a delegation request of ${accountId}`;
  return compilePolicy(parsePolicy(document, 'resource', { partition }), { id, type: 'resource' });
}

import type { Caller, SessionFacts } from '../actions/caller.js';
import type { PrincipalRecord } from './principal-record.js';

/** An authenticated user or root user as the caller of a request. */
export function toCaller(record: PrincipalRecord, session: SessionFacts): Caller {
  const { accountId, isManagement } = record.account;
  const { type, arn, principalId, name, tags, policies } = record;
  if (type === 'role') throw new Error('a role is called through a session of it, never directly');
  const principal = { type, accountId, arn };
  if (name === undefined) return { principal, accountId, arn, principalId, tags, isManagement, policies, session };
  const identityId = principalId;
  return {
    principal,
    accountId,
    arn,
    principalId,
    identityId,
    userName: name,
    tags,
    isManagement,
    policies,
    session,
  };
}

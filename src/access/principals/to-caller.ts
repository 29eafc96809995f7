import type { Caller, SessionFacts } from '../caller.js';
import type { PrincipalRecord } from './principal-record.js';

/** A user or root user who proved who it is, as the caller of a request. */
export function toCaller(record: PrincipalRecord, session: SessionFacts): Caller {
  const { accountId, isManagement } = record.account;
  const common = {
    accountId,
    arn: record.arn,
    principalId: record.principalId,
    tags: record.tags,
    isManagement,
    policies: record.policies,
    session,
  };
  switch (record.type) {
    case 'root':
      return { ...common, principal: { type: 'root', accountId, arn: record.arn } };
    case 'user':
      return {
        ...common,
        principal: { type: 'user', accountId, arn: record.arn },
        identityId: record.principalId,
        ...(record.name === undefined ? {} : { userName: record.name }),
      };
    case 'role':
      throw new Error('a role is called through a session of it, never directly');
  }
}

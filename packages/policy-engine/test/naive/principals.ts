import type { RequestPrincipal } from '../../src/model.js';
import { many, type NaivePrincipal, type NaiveStatement } from './policy.js';

/** How a resource-based statement matches the caller. */
export type Naming = 'nobody' | 'account' | 'origin' | 'caller';

/** IAM User Guide, "AWS JSON policy elements: Principal" and "… NotPrincipal". */
export function naming(statement: NaiveStatement, caller: RequestPrincipal, hasBoundary: boolean): Naming {
  if (statement.Principal !== undefined) return named(statement.Principal, caller);
  if (statement.NotPrincipal === undefined || statement.Effect === 'Allow') return 'nobody';
  // "…will always deny any IAM principal that has a permissions boundary policy attached".
  if (hasBoundary && (caller.type === 'user' || caller.type === 'assumedRole')) return 'caller';
  return named(statement.NotPrincipal, caller) === 'caller' ? 'nobody' : 'caller';
}

function named(principal: NaivePrincipal, caller: RequestPrincipal): Naming {
  if (principal === '*' || many(principal['AWS']).includes('*')) return 'caller';
  const aws = many(principal['AWS']);
  switch (caller.type) {
    case 'anonymous':
      return 'nobody';
    case 'service':
      return many(principal['Service']).some((name) => caller.names.includes(name)) ? 'caller' : 'nobody';
    case 'federatedIdentity':
      return many(principal['Federated']).includes(caller.provider) ? 'caller' : 'nobody';
    case 'root':
      return namesAccount(aws, caller.accountId) ? 'caller' : 'nobody';
    case 'user':
      return aws.includes(caller.arn) ? 'caller' : byAccount(aws, caller.accountId);
    case 'assumedRole': {
      if (aws.includes(caller.arn)) return 'caller';
      const provider = caller.federatedProvider;
      if (aws.includes(caller.roleArn) || (provider && many(principal['Federated']).includes(provider)))
        return 'origin';
      return byAccount(aws, caller.accountId);
    }
    case 'federatedUser':
      if (aws.includes(caller.arn)) return 'caller';
      return aws.includes(caller.userArn) ? 'origin' : byAccount(aws, caller.accountId);
  }
}

function byAccount(aws: readonly string[], accountId: string): Naming {
  return namesAccount(aws, accountId) ? 'account' : 'nobody';
}

function namesAccount(aws: readonly string[], accountId: string): boolean {
  return aws.some((value) => value === accountId || value === `arn:aws:iam::${accountId}:root`);
}

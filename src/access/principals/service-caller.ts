import { gatehouseArn } from '../../kernel/arn.js';
import type { Caller, SessionFacts } from '../actions/caller.js';
import type { ServiceRecord } from './service-directory.service.js';

/** @returns undefined when the caller is no service */
export function servicePrefixOf({ principal, arn }: Caller): string | undefined {
  return principal.type === 'service' ? arn.slice(arn.lastIndexOf('/') + 1) : undefined;
}

/** A service that proved who it is: it acts as its service principal and has no policies of its own. */
export function toServiceCaller(
  { prefix, servicePrincipal, grantedPrefixes, accountId }: ServiceRecord,
  partition: string,
  session: SessionFacts,
): Caller {
  return {
    principal: { type: 'service', names: [servicePrincipal] },
    accountId,
    arn: gatehouseArn(partition, '', `service/${prefix}`),
    principalId: servicePrincipal,
    tags: {},
    isManagement: true,
    policies: { identity: [] },
    servicePrefixes: [prefix, ...grantedPrefixes],
    session,
  };
}

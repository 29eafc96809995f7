import { gatehouseArn } from '../../kernel/arn.js';
import type { Caller, SessionFacts } from '../actions/caller.js';
import type { ServiceRecord } from './service-directory.service.js';

/** @returns undefined if the caller is not a service */
export function servicePrefixOf({ principal, arn }: Caller): string | undefined {
  return principal.type === 'service' ? arn.slice(arn.lastIndexOf('/') + 1) : undefined;
}

/** An authenticated service: it acts as its service principal and has no policies. */
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

import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { type CataloguedService, ServiceCatalogue } from '../../operations/service-catalogue.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { TimeSlices, WORK_OF_A_REQUEST } from '../../kernel/time-slices.js';
import type { Identity } from '../../generated/prisma/client.js';
import { type GrantedPolicy, grantedPolicies, parseGranted } from '../../iam/policies/granted-policies.js';
import { mayAllowTest } from 'gatehouse-policy-engine';
import type { grantingInput } from './access-advisor.schema.js';

/** The policies of an identity that grant it access to a service. */
@Injectable()
export class GrantingPoliciesService {
  constructor(private readonly catalogue: ServiceCatalogue) {}

  async list({ tx, accountId, partition, target }: OperationContext<Identity>, input: z.output<typeof grantingInput>) {
    const granted = await grantedPolicies(tx, accountId, target.identityId);
    const documents = await parseGranted(granted, partition);
    const slices = new TimeSlices(WORK_OF_A_REQUEST);
    const tests = await slices.map(granted, (policy, index) => ({
      policy,
      mayAllow: mayAllowTest([documents[index]!]),
    }));
    const known = await this.catalogue.services(tx);
    const request = pageRequest(input);
    const namespaces = [...new Set(input.serviceNamespaces)].sort();
    const rest = namespaces.filter((namespace) => namespace > (request.after?.[0] ?? '')).slice(0, request.take);
    const { items, ...paging } = page(rest, request, (namespace) => [namespace]);
    const entries: { serviceNamespace: string; policies: ReturnType<typeof describe>[] }[] = [];
    for (const serviceNamespace of items) {
      const actions = actionsOf(serviceNamespace, known);
      const policies: ReturnType<typeof describe>[] = [];
      for (const { policy, mayAllow } of tests) {
        if (await slices.some(actions, mayAllow)) policies.push(describe(policy));
      }
      entries.push({ serviceNamespace, policies });
    }
    return { policiesGrantingServiceAccess: entries, ...paging };
  }
}

/** For a service that is not registered, only policies that grant all of its actions are known. */
function actionsOf(namespace: string, known: readonly CataloguedService[]): string[] {
  const service = known.find((one) => one.namespace === namespace);
  return service ? service.actions.map((action) => `${namespace}:${action}`) : [`${namespace}:*`];
}

export function describe({ kind, name, arn, ownerType, ownerName }: GrantedPolicy) {
  const entity = { entityType: ownerType.toUpperCase() as 'USER' | 'ROLE' | 'GROUP', entityName: ownerName };
  return kind === 'inline'
    ? { policyName: name, policyType: 'INLINE' as const, ...entity }
    : { policyName: name, policyType: 'MANAGED' as const, policyArn: arn! };
}

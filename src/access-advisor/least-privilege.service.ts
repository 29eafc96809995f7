import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../access/operations/operation.js';
import { ServiceCatalogue } from '../access/service-catalogue.js';
import { ApiError } from '../common/errors.js';
import type { Identity } from '../generated/prisma/client.js';
import { type GrantedPolicy, grantedPolicies } from '../policies/granted-policies.js';
import { parseStoredPolicy, type PolicyDocument } from '../policy-engine/index.js';
import type { LeastPrivilegeChange } from './access-advisor.schema.js';
import { usedActions } from './access-queries.js';
import { describe } from './granting-policies.service.js';
import { narrow, suggestPolicy } from './least-privilege.js';

/** What a user or role was granted, against what it used. */
@Injectable()
export class LeastPrivilegeService {
  constructor(private readonly catalogue: ServiceCatalogue) {}

  /** @throws ApiError InvalidInput for a group, which makes no requests */
  async suggest({ tx, accountId, partition, target, request }: OperationContext<Identity>, days: number) {
    if (target.type === 'group') throw new ApiError('InvalidInput', 'Give the ARN of a user or a role.');
    const since = new Date(request.receivedAt.getTime() - days * 86_400_000);
    const used = await usedActions(tx, accountId, target.identityId, since);
    const services = await this.catalogue.services(tx);
    const known = services.flatMap(({ namespace, actions }) => actions.map((action) => `${namespace}:${action}`));
    const granted = (await grantedPolicies(tx, accountId, target.identityId)).map((policy) => ({
      policy,
      document: parseStoredPolicy(policy.document, 'identity', { partition }),
    }));
    const suggestedPolicy = suggestPolicy(
      granted.map(({ document }) => document),
      used,
    );
    return {
      since,
      usedActions: used,
      ...(suggestedPolicy === undefined ? {} : { suggestedPolicy }),
      changes: granted.flatMap(({ policy, document }) => changesOf(policy, document, used, known)),
    };
  }
}

function changesOf(
  policy: GrantedPolicy,
  { statements }: PolicyDocument,
  used: readonly string[],
  known: readonly string[],
): LeastPrivilegeChange[] {
  return statements.flatMap((statement, index) => {
    if (statement.effect === 'Deny') return [];
    const { change, used: usedHere, unused } = narrow(statement, used, known);
    const { negated, patterns } = statement.action;
    return {
      ...describe(policy),
      entityType: policy.ownerType.toUpperCase() as 'USER' | 'ROLE' | 'GROUP',
      entityName: policy.ownerName,
      statement: index,
      ...(statement.sid === undefined ? {} : { sid: statement.sid }),
      change,
      grantedActions: patterns.map((pattern) => (negated ? `not ${pattern}` : pattern)),
      usedActions: [...usedHere],
      unusedActions: [...unused],
    };
  });
}

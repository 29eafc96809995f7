import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../operations/declaration.js';
import { ServiceCatalogue } from '../../operations/service-catalogue.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { TimeSlices, WORK_OF_A_REQUEST } from '../../kernel/time-slices.js';
import type { Identity } from '../../generated/prisma/client.js';
import { type GrantedPolicy, grantedPolicies, parseGranted } from '../../iam/policies/granted-policies.js';
import type { Statement } from 'gatehouse-policy-engine';
import type { LeastPrivilegeChange } from './access-advisor.schema.js';
import { usedActions } from './access-queries.js';
import { describe } from './granting-policies.service.js';
import { keptOf, narrow, type NarrowedStatement, suggestPolicy } from './least-privilege.js';

/** Compares the granted permissions of a user or role with those that it used. */
@Injectable()
export class LeastPrivilegeService {
  constructor(private readonly catalogue: ServiceCatalogue) {}

  /** @throws ApiError InvalidInput for a group, which makes no requests; LimitExceeded */
  async suggest({ tx, accountId, partition, target, request }: OperationContext<Identity>, days: number) {
    if (target.type === 'group') throw new ApiError('InvalidInput', 'Specify the ARN of a user or role.');
    const since = new Date(request.receivedAt.getTime() - days * 86_400_000);
    const used = await usedActions(tx, accountId, target.identityId, since);
    const services = await this.catalogue.services(tx);
    const known = services.flatMap(({ namespace, actions }) => actions.map((action) => `${namespace}:${action}`));
    const policies = await grantedPolicies(tx, accountId, target.identityId);
    const documents = await parseGranted(policies, partition);
    const slices = new TimeSlices(WORK_OF_A_REQUEST);
    const kept: Awaited<ReturnType<typeof keptOf>> = [];
    for (const document of documents) kept.push(...(await keptOf(document, used, slices)));
    const suggestedPolicy = suggestPolicy(kept);
    const changes: LeastPrivilegeChange[] = [];
    let characters = 0;
    for (const [index, policy] of policies.entries()) {
      for (const [at, statement] of documents[index]!.statements.entries()) {
        if (statement.effect === 'Deny') continue;
        await slices.next();
        const found = changeOf(policy, statement, at, await narrow(statement, used, known, slices));
        changes.push(found);
        characters += charactersOf(found);
        if (characters > MAXIMUM_CHARACTERS) throw tooLong();
      }
    }
    return { since, usedActions: used, ...(suggestedPolicy === undefined ? {} : { suggestedPolicy }), changes };
  }
}

/** Approximate maximum characters of the changes: policies with thousands of statements do not fit into a response. */
const MAXIMUM_CHARACTERS = 1_000_000;

function charactersOf({ grantedActions, usedActions, unusedActions }: LeastPrivilegeChange): number {
  const names = [...grantedActions, ...usedActions, ...unusedActions];
  return names.reduce((sum, name) => sum + name.length + 3, 300);
}

function tooLong(): ApiError {
  return new ApiError(
    'LimitExceeded',
    'The policies have too many statements to suggest a policy. Detach some policies, or merge statements.',
  );
}

function changeOf(
  policy: GrantedPolicy,
  statement: Statement,
  index: number,
  { change, used, unused }: NarrowedStatement,
): LeastPrivilegeChange {
  const { negated, patterns } = statement.action;
  return {
    ...describe(policy),
    entityType: policy.ownerType.toUpperCase() as 'USER' | 'ROLE' | 'GROUP',
    entityName: policy.ownerName,
    statement: index,
    ...(statement.sid === undefined ? {} : { sid: statement.sid }),
    change,
    grantedActions: patterns.map((pattern) => (negated ? `not ${pattern}` : pattern)),
    usedActions: [...used],
    unusedActions: [...unused],
  };
}

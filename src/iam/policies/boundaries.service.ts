import { Injectable } from '@nestjs/common';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import type { Identity } from '../../generated/prisma/client.js';
import type { Boundary } from '../resources/identities.service.js';
import { requireModifiable } from '../resources/service-linked.js';
import { requireAttachable } from './attachable-policy.js';
import { isOwn } from './policy.target.js';

const unbounded: Boundary = {
  permissionsBoundaryArn: null,
  permissionsBoundaryPolicyId: null,
  permissionsBoundaryPlatformPolicyId: null,
};

/** Permissions boundaries of users and roles. */
@Injectable()
export class BoundariesService {
  /**
   * The columns of a new user or role.
   *
   * @throws ApiError NoSuchEntity, InvalidInput, PolicyNotAttachable
   */
  async resolve(scope: Omit<LocateScope<unknown>, 'input'>, policyArn: string | undefined): Promise<Boundary> {
    if (policyArn === undefined) return unbounded;
    const policy = await requireAttachable(scope, policyArn, 'Scope ARN:');
    return isOwn(policy)
      ? { ...unbounded, permissionsBoundaryArn: policyArn, permissionsBoundaryPolicyId: policy.policyId }
      : { ...unbounded, permissionsBoundaryArn: policyArn, permissionsBoundaryPlatformPolicyId: policy.policyId };
  }

  /** @throws ApiError NoSuchEntity, InvalidInput, PolicyNotAttachable, UnmodifiableEntity */
  async put(context: OperationContext<Identity>, policyArn: string): Promise<void> {
    await this.write(context, await this.resolve(context, policyArn));
  }

  /**
   * Removing a boundary that does not exist changes nothing.
   *
   * @throws ApiError UnmodifiableEntity
   */
  async delete(context: OperationContext<Identity>): Promise<void> {
    await this.write(context, unbounded);
  }

  private async write({ tx, target }: OperationContext<Identity>, boundary: Boundary): Promise<void> {
    requireModifiable(target);
    const { accountId, identityId } = target;
    await tx.identity.update({ where: { accountId_identityId: { accountId, identityId } }, data: boundary });
  }
}

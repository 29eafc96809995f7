import { Injectable } from '@nestjs/common';
import type { RequestSource } from '../../access/actions/caller.js';
import { Authorizer } from '../../access/authorization/authorizer.service.js';
import { principalKeys, requestKeys } from '../../access/authorization/condition-context.js';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { toServiceCaller } from '../../access/principals/service-caller.js';
import { rowOf } from '../../iam/resources/identity-rows.js';
import { tagsColumn } from '../../kernel/tags.js';
import { Settings } from '../../kernel/config/settings.js';
import type { Identity, Service } from '../../generated/prisma/client.js';
import { identityArn } from '../../iam/resources/identity.target.js';
import { trustOf } from '../../sts/sessions/role.target.js';

/** Whether a role's trust policy permits a service to use it for a resource. */
@Injectable()
export class ServiceTrust {
  constructor(
    private readonly authorizer: Authorizer,
    private readonly settings: Settings,
  ) {}

  /**
   * @param source the associated resource, and its owner
   * @param roleSessionName `sts:RoleSessionName`, if known
   * @returns undefined if the role trusts the service, otherwise the text of a denial
   */
  denial(
    service: Pick<Service, 'prefix' | 'servicePrincipal'>,
    role: Identity,
    source: RequestSource,
    request: RequestFacts,
    roleSessionName?: string,
  ): string | undefined {
    const { partition } = this.settings;
    const session = { credential: 'accessKey', source } as const;
    const caller = toServiceCaller({ ...service, grantedPrefixes: [], accountId: role.accountId }, partition, session);
    const keys = requestKeys(principalKeys(caller, request.receivedAt), request, 'us-east-1')
      .set('sts:RoleSessionName', roleSessionName)
      .set('aws:ResourceAccount', role.accountId)
      .setTags('aws:ResourceTag', tagsColumn.read(role.tags));
    const question = {
      action: 'sts:AssumeRole',
      resource: identityArn(role, partition),
      resourceAccountId: role.accountId,
      context: keys.toContext(),
      trust: trustOf(rowOf('role', role), partition, caller),
    };
    if (this.authorizer.foresee(caller, question).verdict === 'allowed') return undefined;
    const reason = 'because no role trust policy allows the sts:AssumeRole action';
    return this.authorizer.implicitDenial(caller, question, reason).error.message;
  }
}

import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { gatehouseArn } from '../../kernel/arn.js';
import { roleName, userName } from '../../kernel/iam-names.schema.js';
import type { Identity } from '../../generated/prisma/client.js';
import { endAllSessions, endSessions } from '../../iam/resources/end-sessions.js';
import { locateIdentity } from '../../iam/resources/identity.target.js';

const noInput = z.strictObject({});
const userInput = z.strictObject({ userName });
const roleInput = z.strictObject({ roleName });

const shared = { permission: 'gatehouse:RevokeSessions', accessLevel: 'Write' } as const;

/**
 * For administrators: ends the sessions of others. Users end their own with `gatehouse:EndSessions`.
 *
 * AWS's method for roles, which compares the time of issue in seconds, works too: an inline policy that denies
 * everything by aws:TokenIssueTime (IAM User Guide, "Revoking IAM role temporary security credentials").
 */
@Controller()
export class RevocationsController {
  @Operation({
    ...shared,
    name: 'gatehouse:RevokeSessions',
    summary: 'End all sessions of an account',
    description:
      'Signs out the root user and all users, and revokes all temporary credentials of the account, ' +
      'including those of roles. Access keys and passwords remain valid. Root sessions from AssumeRoot ' +
      'belong to the management account; they expire after at most 15 minutes.',
    route: 'POST /v1/account/revoke-sessions',
    input: noInput,
    locate: ({ accountId, partition }) => ({ arn: gatehouseArn(partition, accountId, 'account'), row: undefined }),
    errors: [],
  })
  async revokeSessions(_input: z.output<typeof noInput>, { tx, accountId, request }: OperationContext) {
    await endAllSessions(tx, accountId, request.receivedAt);
  }

  @Operation({
    ...shared,
    name: 'gatehouse:RevokeUserSessions',
    summary: 'End the sessions of a user',
    description:
      'Signs the user out everywhere, and revokes its temporary credentials (GetSessionToken, ' +
      'GetFederationToken). Access keys and the password remain valid. To end role sessions that the ' +
      'user started, end the sessions of the role.',
    route: 'POST /v1/users/:userName/revoke-sessions',
    input: userInput,
    locate: ({ input, ...scope }) => locateIdentity(scope, 'user', input.userName),
    errors: ['NoSuchEntity'],
  })
  async revokeUserSessions(_input: z.output<typeof userInput>, context: OperationContext<Identity>) {
    await endSessionsOf(context);
  }

  @Operation({
    ...shared,
    name: 'gatehouse:RevokeRoleSessions',
    summary: 'End the sessions of a role',
    description:
      'Principals that are allowed to assume the role can assume it again. Workloads get new ' +
      'credentials at their next request.',
    route: 'POST /v1/roles/:roleName/revoke-sessions',
    input: roleInput,
    locate: ({ input, ...scope }) => locateIdentity(scope, 'role', input.roleName),
    errors: ['NoSuchEntity'],
  })
  async revokeRoleSessions(_input: z.output<typeof roleInput>, context: OperationContext<Identity>) {
    await endSessionsOf(context);
  }
}

function endSessionsOf({ tx, accountId, target, request }: OperationContext<Identity>): Promise<void> {
  return endSessions(tx, accountId, target.identityId, request.receivedAt);
}

import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { stsArn } from '../../kernel/arn.js';
import { LongTermSessionsService } from './long-term-sessions.service.js';
import { ScopedCredentials } from './scoped-credentials.service.js';
import { secondFactorOf } from './second-factor-of.js';
import {
  getFederationTokenInput,
  getFederationTokenOutput,
  getScopedCredentialsInput,
  getScopedCredentialsOutput,
  getSessionTokenInput,
  getSessionTokenOutput,
} from './sts.schema.js';

/** Source: AWS STS API reference, GetSessionToken, GetFederationToken and GetScopedCredentials. */
@Controller()
export class SessionTokensController {
  constructor(
    private readonly sessions: LongTermSessionsService,
    private readonly scoped: ScopedCredentials,
  ) {}

  @Operation({
    name: 'sts:GetSessionToken',
    summary: 'Get temporary credentials for the caller, optionally with MFA',
    description: 'Requires no permission. The credentials cannot call IAM unless they were obtained with MFA.',
    route: 'POST /v1/session-tokens',
    status: 201,
    accessLevel: 'Read',
    access: 'authenticated',
    input: getSessionTokenInput,
    output: getSessionTokenOutput,
    secondFactor: secondFactorOf,
    errors: ['AccessDenied'],
    effect: 'leavesTrace',
  })
  getSessionToken(input: z.output<typeof getSessionTokenInput>, context: OperationContext) {
    return this.sessions.ofCaller(context, input);
  }

  @Operation({
    name: 'sts:GetFederationToken',
    summary: 'Get temporary credentials for a federated user',
    description:
      "The credentials allow what both the caller's policies and the session policies allow. Without a " +
      'session policy they allow nothing.',
    route: 'POST /v1/federation-tokens',
    status: 201,
    accessLevel: 'Read',
    input: getFederationTokenInput,
    output: getFederationTokenOutput,
    locate: ({ accountId, partition, input }) => ({
      arn: stsArn(partition, accountId, `federated-user/${input.name}`),
      row: undefined,
    }),
    tagPermission: 'sts:TagSession',
    errors: ['InvalidParameterValue', 'MalformedPolicyDocument', 'PackedPolicyTooLarge'],
    effect: 'leavesTrace',
  })
  getFederationToken(input: z.output<typeof getFederationTokenInput>, context: OperationContext) {
    return this.sessions.ofFederatedUser(context, input);
  }

  @Operation({
    name: 'sts:GetScopedCredentials',
    summary: 'Get temporary credentials with fewer permissions than those of the caller',
    description:
      'Requires no permission. The new credentials allow what both the calling session and the given ' +
      'policy allow, and expire no later than the session.',
    route: 'POST /v1/scoped-credentials',
    status: 201,
    accessLevel: 'Write',
    access: 'authenticated',
    input: getScopedCredentialsInput,
    output: getScopedCredentialsOutput,
    errors: [
      'AccessDenied',
      'InsufficientSessionLifetimeException',
      'InvalidSubjectCredentialsException',
      'MalformedPolicyDocument',
      'PackedPolicyTooLarge',
      'ValidationError',
    ],
    effect: 'leavesTrace',
  })
  getScopedCredentials(input: z.output<typeof getScopedCredentialsInput>, context: OperationContext) {
    return Promise.resolve(this.scoped.issue(context, input));
  }
}

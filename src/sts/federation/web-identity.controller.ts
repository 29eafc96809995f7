import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { CredentialContext } from '../../operations/declaration.js';
import { CredentialOperation } from '../../operations/operation.decorator.js';
import { FederatedSessions } from './federated-sessions.service.js';
import { webIdentityInput, webIdentityOutput } from './web-identity.schema.js';

/** Source: AWS STS API reference, AssumeRoleWithWebIdentity. */
@Controller()
export class WebIdentityController {
  constructor(private readonly sessions: FederatedSessions) {}

  @CredentialOperation({
    name: 'sts:AssumeRoleWithWebIdentity',
    summary: 'Assume a role with a token of an OpenID Connect provider',
    description:
      'Does not require a signature: the token identifies the caller, and the trust policy of the role ' +
      'decides. The provider must be registered in the account of the role.',
    route: 'POST /v1/assume-role-with-web-identity',
    status: 201,
    input: webIdentityInput,
    output: webIdentityOutput,
    errors: [
      'AccessDenied',
      'InvalidIdentityToken',
      'Throttling',
      'ExpiredTokenException',
      'IDPCommunicationError',
      'MalformedPolicyDocument',
      'PackedPolicyTooLarge',
    ],
    credential: 'webIdentityToken',
    throttle: ['federation'],
    effect: 'leavesTrace',
  })
  async assumeRoleWithWebIdentity(
    input: z.output<typeof webIdentityInput>,
    context: CredentialContext<'webIdentityToken'>,
  ) {
    const { issuer, subject, audience, amr, providerArn, tags, transitive, sourceIdentity } = context.proof;
    const keys = {
      [`${issuer}:sub`]: subject,
      [`${issuer}:aud`]: audience,
      ...(amr.length > 0 ? { [`${issuer}:amr`]: [...amr] } : {}),
    };
    const { roleArn, roleSessionName, durationSeconds, policy, policyArns } = input;
    const session = await this.sessions.assume(context, {
      operation: 'sts:AssumeRoleWithWebIdentity',
      ...{ roleArn, roleSessionName, durationSeconds, policy, policyArns },
      ...{ providerArn, tags, transitive, sourceIdentity },
      trustKeys: keys,
      sessionKeys: keys,
    });
    return { ...session, subjectFromWebIdentityToken: subject, provider: issuer, audience };
  }
}

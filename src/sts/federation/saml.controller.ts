import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { CredentialContext } from '../../operations/declaration.js';
import { CredentialOperation } from '../../operations/operation.decorator.js';
import { FederatedSessions } from './federated-sessions.service.js';
import { samlInput, samlOutput } from './saml.schema.js';

/** Source: AWS STS API reference, AssumeRoleWithSAML. */
@Controller()
export class SamlController {
  constructor(private readonly sessions: FederatedSessions) {}

  @CredentialOperation({
    name: 'sts:AssumeRoleWithSAML',
    summary: 'Assume a role with a SAML assertion',
    description:
      'Does not require a signature: the assertion identifies the caller and the roles that it may ' +
      'assume, and the trust policy of the role decides. An assertion is valid once.',
    route: 'POST /v1/assume-role-with-saml',
    status: 201,
    input: samlInput,
    output: samlOutput,
    errors: [
      'AccessDenied',
      'InvalidIdentityToken',
      'Throttling',
      'ExpiredTokenException',
      'MalformedPolicyDocument',
      'PackedPolicyTooLarge',
    ],
    credential: 'samlAssertion',
    throttle: ['federation'],
    effect: 'leavesTrace',
  })
  async assumeRoleWithSaml(input: z.output<typeof samlInput>, context: CredentialContext<'samlAssertion'>) {
    const { roleArn, principalArn, policy, policyArns, durationSeconds = 3600 } = input;
    const { proof: identity } = context;
    const { subject, subjectType, issuer, audience, nameQualifier, roleSessionName, longest, directoryKeys } = identity;
    const sessionKeys = {
      'saml:sub': subject,
      'saml:sub_type': subjectType,
      'saml:namequalifier': nameQualifier,
    };
    const session = await this.sessions.assume(context, {
      operation: 'sts:AssumeRoleWithSAML',
      ...{ roleArn, roleSessionName, policy, policyArns, providerArn: principalArn },
      durationSeconds: Math.min(durationSeconds, identity.durationSeconds ?? Infinity, longest),
      ...{ tags: identity.tags, transitive: identity.transitive, sourceIdentity: identity.sourceIdentity },
      trustKeys: {
        ...directoryKeys,
        ...sessionKeys,
        'saml:aud': audience,
        'saml:iss': issuer,
        'saml:doc': identity.doc,
      },
      sessionKeys,
    });
    return { ...session, subject, subjectType, issuer, audience, nameQualifier };
  }
}

import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { PublicOperation } from '../../operations/operation.decorator.js';
import { redact } from '../../operations/redact.js';
import { accountOfRole } from '../sessions/role.target.js';
import { FederatedSessions } from './federated-sessions.service.js';
import { FederationThrottle } from './federation-throttle.service.js';
import { samlInput, samlOutput } from './saml.schema.js';
import { SamlAssertions } from './saml-assertions.service.js';

/** Source: AWS STS API reference, AssumeRoleWithSAML. */
@Controller()
export class SamlController {
  constructor(
    private readonly throttle: FederationThrottle,
    private readonly assertions: SamlAssertions,
    private readonly sessions: FederatedSessions,
  ) {}

  @PublicOperation({
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
  })
  async assumeRoleWithSaml(input: z.output<typeof samlInput>, request: RequestFacts) {
    const { roleArn, principalArn, policy, policyArns, durationSeconds = 3600 } = input;
    const accountId = accountOfRole(input);
    const identity = await this.throttle.run(accountId, request, () =>
      this.assertions.redeem(accountId, input, request.receivedAt),
    );
    const { subject, subjectType, issuer, audience, nameQualifier, roleSessionName, longest, directoryKeys } = identity;
    const sessionKeys = {
      'saml:sub': subject,
      'saml:sub_type': subjectType,
      'saml:namequalifier': nameQualifier,
    };
    const session = await this.sessions.assume(
      {
        operation: 'sts:AssumeRoleWithSAML',
        ...{ roleArn, roleSessionName, policy, policyArns, subject, providerArn: principalArn },
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
        recorded: redact(samlInput, input),
      },
      request,
    );
    return { ...session, subject, subjectType, issuer, audience, nameQualifier };
  }
}

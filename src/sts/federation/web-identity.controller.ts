import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { PublicOperation } from '../../operations/operation.decorator.js';
import { redact } from '../../operations/redact.js';
import { accountOfRole } from '../sessions/role.target.js';
import { FederatedSessions } from './federated-sessions.service.js';
import { FederationThrottle } from './federation-throttle.service.js';
import { webIdentityInput, webIdentityOutput } from './web-identity.schema.js';
import { WebIdentityTokens } from './web-identity-tokens.service.js';

/** Source: AWS STS API reference, AssumeRoleWithWebIdentity. */
@Controller()
export class WebIdentityController {
  constructor(
    private readonly throttle: FederationThrottle,
    private readonly tokens: WebIdentityTokens,
    private readonly sessions: FederatedSessions,
  ) {}

  @PublicOperation({
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
  })
  async assumeRoleWithWebIdentity(input: z.output<typeof webIdentityInput>, request: RequestFacts) {
    const accountId = accountOfRole(input);
    const identity = await this.throttle.run(accountId, request, () =>
      this.tokens.verify(accountId, input.webIdentityToken, request.receivedAt),
    );
    const { issuer, subject, audience, amr, providerArn, tags, transitive, sourceIdentity } = identity;
    const keys = {
      [`${issuer}:sub`]: subject,
      [`${issuer}:aud`]: audience,
      ...(amr.length > 0 ? { [`${issuer}:amr`]: [...amr] } : {}),
    };
    const { roleArn, roleSessionName, durationSeconds, policy, policyArns } = input;
    const session = await this.sessions.assume(
      {
        operation: 'sts:AssumeRoleWithWebIdentity',
        ...{ roleArn, roleSessionName, durationSeconds, policy, policyArns },
        ...{ providerArn, subject, tags, transitive, sourceIdentity },
        trustKeys: keys,
        sessionKeys: keys,
        recorded: redact(webIdentityInput, input),
      },
      request,
    );
    return { ...session, subjectFromWebIdentityToken: subject, provider: issuer, audience };
  }
}

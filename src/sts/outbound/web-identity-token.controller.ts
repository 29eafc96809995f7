import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { getWebIdentityTokenInput, getWebIdentityTokenOutput } from './web-identity-token.schema.js';
import { OutboundTokens } from './web-identity-tokens.service.js';

/** Source: AWS STS API reference, GetWebIdentityToken. */
@Controller()
export class WebIdentityTokenController {
  constructor(private readonly tokens: OutboundTokens) {}

  @Operation({
    name: 'sts:GetWebIdentityToken',
    summary: 'Get a JSON Web Token that proves your identity to an external service',
    description:
      'Outbound web identity federation must be enabled for the account. Verifiers find the keys ' +
      'through the issuer (OpenID Connect Discovery). Tags require `sts:TagGetWebIdentityToken`.',
    route: 'POST /v1/web-identity-tokens',
    status: 201,
    accessLevel: 'Write',
    input: getWebIdentityTokenInput,
    output: getWebIdentityTokenOutput,
    conditionKeys: {
      'sts:IdentityTokenAudience': ({ input }) => input.audience,
      'sts:DurationSeconds': ({ input }) => String(input.durationSeconds),
      'sts:SigningAlgorithm': ({ input }) => input.signingAlgorithm,
      'sts:SubjectMode': ({ input }) => input.subjectMode,
    },
    tagPermission: 'sts:TagGetWebIdentityToken',
    errors: [
      'OutboundWebIdentityFederationDisabledException',
      'SessionDurationEscalationException',
      'JWTPayloadSizeExceededException',
      'ValidationError',
    ],
    effect: 'leavesTrace',
  })
  getWebIdentityToken(input: z.output<typeof getWebIdentityTokenInput>, context: OperationContext) {
    return this.tokens.issue(context, input);
  }
}

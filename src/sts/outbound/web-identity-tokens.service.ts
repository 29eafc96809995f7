import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type JWTPayload, SignJWT } from 'jose';
import type { z } from 'zod';
import type { Caller } from '../../access/actions/caller.js';
import type { OperationContext } from '../../operations/declaration.js';
import { OutboundFederationService } from '../../tenancy/account-settings/outbound-federation.service.js';
import { AccountsService } from '../../tenancy/accounts/accounts.service.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { isoSeconds } from '../../kernel/iso-time.js';
import { OrganizationService } from '../../tenancy/organizations/organization.service.js';
import { seconds, sessionTags } from '../sessions/session-requests.js';
import { WebIdentityKeys } from './web-identity-keys.service.js';
import type { getWebIdentityTokenInput, getWebIdentityTokenOutput } from './web-identity-token.schema.js';

/** AWS's own claims have this prefix, so that verifiers for AWS find them. */
const NAMESPACE = 'https://sts.amazonaws.com/';

/** Maximum bytes of the claims as JSON. AWS does not publish its limit; all servers accept headers of 16 kB. */
const LARGEST_PAYLOAD = 8192;

/** JSON Web Tokens with which a principal proves its identity to external services. */
@Injectable()
export class OutboundTokens {
  constructor(
    private readonly federation: OutboundFederationService,
    private readonly organization: OrganizationService,
    private readonly accounts: AccountsService,
    private readonly keys: WebIdentityKeys,
  ) {}

  /**
   * Source: IAM User Guide, "Understanding token claims".
   *
   * @throws ApiError OutboundWebIdentityFederationDisabledException, SessionDurationEscalationException,
   *   JWTPayloadSizeExceededException; ValidationError for an origin identity, which sessions do not have
   */
  async issue(
    { tx, accountId, caller, request }: OperationContext,
    input: z.output<typeof getWebIdentityTokenInput>,
  ): Promise<z.input<typeof getWebIdentityTokenOutput>> {
    requireOwnIdentity(input);
    await this.requireEnabled(tx, accountId);
    const issued = seconds(request.receivedAt);
    const expires = issued + input.durationSeconds;
    const { expiresAt } = caller.session;
    if (expiresAt && expires > seconds(expiresAt)) {
      const message = 'The requested token duration would extend the session beyond its original expiration time.';
      throw new ApiError('SessionDurationEscalationException', message);
    }
    const [first, ...others] = input.audience;
    const claims: JWTPayload = {
      iss: this.federation.issuerOf(accountId),
      aud: others.length === 0 ? first! : input.audience,
      sub: subjectOf(caller),
      iat: issued,
      exp: expires,
      jti: randomUUID(),
      [NAMESPACE]: { ...(await this.placeOf(accountId)), ...ownClaims(caller), ...requestTags(input) },
    };
    if (Buffer.byteLength(JSON.stringify(claims)) > LARGEST_PAYLOAD) {
      const message =
        'The token would contain more than ' + `${LARGEST_PAYLOAD} bytes of claims. Pass fewer or shorter tags.`;
      throw new ApiError('JWTPayloadSizeExceededException', message);
    }
    const { keyId, privateKey } = await this.keys.current(input.signingAlgorithm);
    const header = { alg: input.signingAlgorithm, kid: keyId, typ: 'JWT' };
    const webIdentityToken = await new SignJWT(claims).setProtectedHeader(header).sign(privateKey);
    return { webIdentityToken, expiration: new Date(expires * 1000) };
  }

  private async requireEnabled(tx: OperationContext['tx'], accountId: string): Promise<void> {
    if (await this.federation.isEnabled(tx, accountId)) return;
    const message = 'Outbound identity federation is not enabled for your account.';
    throw new ApiError('OutboundWebIdentityFederationDisabledException', message);
  }

  private async placeOf(accountId: string) {
    const managementAccountId = await this.accounts.managementAccountId();
    return {
      aws_account: accountId,
      org_id: this.organization.organizationId(managementAccountId),
      ou_path: `${this.organization.rootPath(managementAccountId)}/`,
    };
  }
}

/** @throws ApiError ValidationError */
function requireOwnIdentity({ subjectMode, scope }: z.output<typeof getWebIdentityTokenInput>): void {
  if (subjectMode === 'OriginIdentity') {
    const message = 'The calling session has no trusted identity propagation context, so it has no origin identity.';
    throw new ApiError('ValidationError', message);
  }
  if (scope !== undefined) {
    throw new ApiError('ValidationError', 'Scope can be specified only when SubjectMode is OriginIdentity.');
  }
}

/** For a role session, the role: the caller chose the name of the session. */
function subjectOf({ principal, arn }: Caller): string {
  return principal.type === 'assumedRole' ? principal.roleArn : arn;
}

function ownClaims({ arn, tags, session }: Caller) {
  const { region, expiresAt, federatedProvider } = session;
  return {
    principal_id: arn,
    ...(region === undefined ? {} : { source_region: region }),
    ...(expiresAt === undefined ? {} : { original_session_exp: isoSeconds(expiresAt) }),
    ...(federatedProvider === undefined ? {} : { federated_provider: federatedProvider }),
    ...(Object.keys(tags).length === 0 ? {} : { principal_tags: tags }),
  };
}

function requestTags({ tags }: z.output<typeof getWebIdentityTokenInput>) {
  const { tags: given } = sessionTags(tags);
  return given === undefined ? {} : { request_tags: given };
}

import { Controller, Get, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Public } from '../../access/operations/operation.decorator.js';
import { requestFacts } from '../../access/rest/request-facts.js';
import { Settings } from '../../config/settings.js';
import { ApiError } from '../../common/errors.js';
import { IdentityTokens } from './identity-tokens.service.js';
import { describeWorkload } from './workloads.service.js';
import { WorkloadSessions } from './workload-sessions.service.js';

/**
 * What a workload asks for itself, with its authorization token in place of a signature. Public to Nest: the token is
 * verified by `WorkloadSessions`.
 *
 * Source: AWS SDKs and Tools Reference Guide, "Container credential provider": `AWS_CONTAINER_CREDENTIALS_FULL_URI`,
 * `AWS_CONTAINER_AUTHORIZATION_TOKEN` and `…_TOKEN_FILE`, whose value is sent as the Authorization header.
 */
@Public()
@Controller()
export class WorkloadEndpointController {
  constructor(
    private readonly sessions: WorkloadSessions,
    private readonly identityTokens: IdentityTokens,
    private readonly settings: Settings,
  ) {}

  /** In the words of that provider. */
  @Get('/v1/workload-credentials')
  async credentials(@Req() http: FastifyRequest) {
    const given = await this.sessions.credentials(http.headers.authorization, requestFacts(http));
    return {
      RoleArn: given.roleArn,
      AccountId: given.accountId,
      AccessKeyId: given.accessKeyId,
      SecretAccessKey: given.secretAccessKey,
      Token: given.sessionToken,
      Expiration: given.expiration.toISOString(),
    };
  }

  /** What the workload is: the instance metadata agent tells it on. */
  @Get('/v1/workload')
  workload(@Req() http: FastifyRequest) {
    return this.sessions.as(http.headers.authorization, (_tx, workload) =>
      Promise.resolve({
        workload: {
          ...describeWorkload(workload, this.settings.partition),
          ...(workload.instanceProfileId === null ? {} : { instanceProfileId: workload.instanceProfileId }),
        },
      }),
    );
  }

  /** A token for AssumeRoleWithWebIdentity, here or wherever the issuer is trusted. */
  @Get('/v1/workload-identity-token')
  async identityToken(@Req() http: FastifyRequest, @Query('audience') audience: unknown = 'sts.amazonaws.com') {
    if (typeof audience !== 'string' || !/^[!-~]{1,255}$/.test(audience)) {
      throw new ApiError('ValidationError', 'audience must be 1 to 255 printable characters');
    }
    const workload = await this.sessions.as(http.headers.authorization, (_tx, found) => Promise.resolve(found));
    return this.identityTokens.issue(workload, audience, new Date());
  }
}

import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { RequestFacts } from '../../../access/actions/request-facts.js';
import { PublicOperation } from '../../../operations/operation.decorator.js';
import { Settings } from '../../../kernel/config/settings.js';
import { IdentityTokens } from './identity-tokens.service.js';
import {
  identityTokenInput,
  identityTokenOutput,
  ownWorkloadOutput,
  workloadCredentialsOutput,
  withoutInput,
} from './workload-endpoint.schema.js';
import { WorkloadSessions } from './workload-sessions.service.js';
import { describeWorkload } from './workloads.service.js';

const byToken = {
  credential: 'workloadToken',
  errors: ['MissingAuthenticationToken', 'InvalidClientTokenId'],
} as const;

/** What a workload asks for itself, with its authorization token in place of a signature; `WorkloadSessions` verifies it. */
@Controller()
export class WorkloadEndpointController {
  constructor(
    private readonly sessions: WorkloadSessions,
    private readonly identityTokens: IdentityTokens,
    private readonly settings: Settings,
  ) {}

  /**
   * Source: AWS SDKs and Tools Reference Guide, "Container credential provider": `AWS_CONTAINER_CREDENTIALS_FULL_URI`,
   * `AWS_CONTAINER_AUTHORIZATION_TOKEN` and `…_TOKEN_FILE`, whose value is sent as the Authorization header.
   */
  @PublicOperation({
    name: 'gatehouse:GetWorkloadCredentials',
    summary: 'Get temporary credentials for a workload',
    description:
      'For `AWS_CONTAINER_CREDENTIALS_FULL_URI`. Returns the same credentials until shortly before ' +
      'they expire. Whether the role trusts the service is checked on every request.',
    route: 'GET /v1/workload-credentials',
    input: withoutInput,
    output: workloadCredentialsOutput,
    ...byToken,
    errors: [...byToken.errors, 'AccessDenied'],
  })
  async getWorkloadCredentials(_input: z.output<typeof withoutInput>, request: RequestFacts) {
    const given = await this.sessions.credentials(request.authorization, request);
    return {
      RoleArn: given.roleArn,
      AccountId: given.accountId,
      AccessKeyId: given.accessKeyId,
      SecretAccessKey: given.secretAccessKey,
      Token: given.sessionToken,
      Expiration: given.expiration.toISOString(),
    };
  }

  @PublicOperation({
    name: 'gatehouse:GetOwnWorkload',
    summary: 'Get the metadata of a workload',
    description: 'Used by the instance metadata agent.',
    route: 'GET /v1/workload',
    input: withoutInput,
    output: ownWorkloadOutput,
    ...byToken,
  })
  getOwnWorkload(_input: z.output<typeof withoutInput>, { authorization }: RequestFacts) {
    return this.sessions.as(authorization, (_tx, row) => {
      const { instanceProfileId } = row;
      const workload = describeWorkload(row, this.settings.partition);
      return Promise.resolve({
        workload: { ...workload, ...(instanceProfileId === null ? {} : { instanceProfileId }) },
      });
    });
  }

  @PublicOperation({
    name: 'gatehouse:GetWorkloadIdentityToken',
    summary: 'Get an OpenID Connect token for a workload',
    description:
      'For AssumeRoleWithWebIdentity, in Gatehouse or wherever the issuer of the account’s workloads is trusted.',
    route: 'GET /v1/workload-identity-token',
    input: identityTokenInput,
    output: identityTokenOutput,
    ...byToken,
  })
  async getWorkloadIdentityToken({ audience }: z.output<typeof identityTokenInput>, request: RequestFacts) {
    const workload = await this.sessions.as(request.authorization, (_tx, found) => Promise.resolve(found));
    return this.identityTokens.issue(workload, audience, request.receivedAt);
  }
}

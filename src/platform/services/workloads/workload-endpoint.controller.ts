import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { CredentialContext } from '../../../operations/declaration.js';
import { CredentialOperation } from '../../../operations/operation.decorator.js';
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
  throttle: [],
  effect: 'reads',
  errors: ['MissingAuthenticationToken', 'InvalidClientTokenId'],
} as const;

/** What a workload asks for itself, with its authorization token in place of a signature. */
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
  @CredentialOperation({
    name: 'gatehouse:GetWorkloadCredentials',
    summary: 'Get temporary credentials for a workload',
    description:
      'For `AWS_CONTAINER_CREDENTIALS_FULL_URI`. Returns the same credentials until shortly before ' +
      'they expire. Whether the role trusts the service is checked on every request.',
    route: 'GET /v1/workload-credentials',
    input: withoutInput,
    output: workloadCredentialsOutput,
    ...byToken,
    effect: 'leavesTrace',
    errors: [...byToken.errors, 'AccessDenied'],
  })
  async getWorkloadCredentials(_input: z.output<typeof withoutInput>, context: CredentialContext<'workloadToken'>) {
    const given = await this.sessions.credentials(context);
    return {
      RoleArn: given.roleArn,
      AccountId: context.accountId,
      AccessKeyId: given.accessKeyId,
      SecretAccessKey: given.secretAccessKey,
      Token: given.sessionToken,
      Expiration: given.expiration.toISOString(),
    };
  }

  @CredentialOperation({
    name: 'gatehouse:GetOwnWorkload',
    summary: 'Get the metadata of a workload',
    description: 'Used by the instance metadata agent.',
    route: 'GET /v1/workload',
    input: withoutInput,
    output: ownWorkloadOutput,
    ...byToken,
  })
  getOwnWorkload(_input: z.output<typeof withoutInput>, { proof }: CredentialContext<'workloadToken'>) {
    const { instanceProfileId } = proof;
    const workload = describeWorkload(proof, this.settings.partition);
    return { workload: { ...workload, ...(instanceProfileId === null ? {} : { instanceProfileId }) } };
  }

  @CredentialOperation({
    name: 'gatehouse:GetWorkloadIdentityToken',
    summary: 'Get an OpenID Connect token for a workload',
    description:
      'For AssumeRoleWithWebIdentity, in Gatehouse or wherever the issuer of the account’s workloads is trusted.',
    route: 'GET /v1/workload-identity-token',
    input: identityTokenInput,
    output: identityTokenOutput,
    ...byToken,
  })
  getWorkloadIdentityToken(
    { audience }: z.output<typeof identityTokenInput>,
    { proof, request }: CredentialContext<'workloadToken'>,
  ) {
    return this.identityTokens.issue(proof, audience, request.receivedAt);
  }
}

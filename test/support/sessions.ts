import { IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type AssumeRoleCommandInput, type Credentials, STSClient } from '@aws-sdk/client-sts';
import { allow, type Tenant } from './tenant.js';

/** Clients that sign with temporary credentials. */
export function sessionClients(baseUrl: string, credentials: Credentials): { iam: IAMClient; sts: STSClient } {
  const { AccessKeyId, SecretAccessKey, SessionToken } = credentials;
  const configuration = {
    endpoint: baseUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! },
    maxAttempts: 1,
  };
  return { iam: new IAMClient(configuration), sts: new STSClient(configuration) };
}

export const trustActions = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];

/** A trust policy of these statements, each an Allow of all actions for assuming the role unless it says otherwise. */
export function trusting(...statements: object[]): object {
  return {
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', Action: trustActions, ...statement })),
  };
}

let count = 0;

/** A role of the tenant that may call these actions. @returns its ARN */
export async function addRole(tenant: Tenant, trustPolicy: object, ...actions: string[]): Promise<string> {
  const roleName = `role-${(count += 1)}`;
  const assumeRolePolicyDocument = JSON.stringify(trustPolicy);
  const created = await tenant.rest.post('/v1/roles', {
    roleName,
    assumeRolePolicyDocument,
    maxSessionDuration: 43_200,
  });
  if (created.status !== 201) throw new Error(JSON.stringify(created.body));
  if (actions.length > 0) {
    const policyDocument = JSON.stringify(allow(...actions));
    await tenant.rest.put(`/v1/roles/${roleName}/policies/test`, { policyDocument });
  }
  return (created.body.role as { arn: string }).arn;
}

/** @returns the SDK's response, with clients that use the session */
export async function assume(
  baseUrl: string,
  { sts }: { sts: STSClient },
  RoleArn: string,
  more: Partial<AssumeRoleCommandInput> = {},
) {
  const answer = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...more }));
  return { answer, credentials: answer.Credentials!, ...sessionClients(baseUrl, answer.Credentials!) };
}
